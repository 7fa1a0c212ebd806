import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readCompression, readPlugins } from './plugins.ts'
import { refuseUnserved } from './refused-fields.ts'

const read = (...plugins: unknown[]) => readPlugins({ plugins })

test('plugins that are switched off ask for nothing', () => {
  assert.equal(read({ id: 'web', enabled: false }, { id: 'moderation', enabled: false }).size, 0)
})

test('plugins that cannot be had are refused by name, with what to do instead', () => {
  for (const id of ['web', 'web-fetch', 'moderation', 'response-healing', 'fusion', 'pareto-router'])
    assert.throws(
      () => read({ id }),
      new RegExp(`plugins\\[0\\]\\.id: the plugin "${id}" is not supported: `),
    )
  assert.throws(() => read({ id: 'magic' }), /plugins\[0\]\.id must be one of auto-router/)
  assert.throws(
    () => read({ id: 'auto-router' }, { id: 'auto-router' }),
    /plugins\[1\]\.id must be listed once/,
  )
})

test('a parser of files is refused only where a file would need it', () => {
  const plugins = [{ id: 'file-parser', pdf: { engine: 'mistral-ocr' } }]
  const messages = [{ role: 'user', content: [{ type: 'file', file: {} }] }]
  assert.equal(readPlugins({ plugins, messages: [{ role: 'user', content: 'hi' }] }).size, 1)
  assert.throws(() => readPlugins({ plugins, messages }), /pdf\.engine: no parser of files/)
  assert.equal(readPlugins({ plugins: [{ id: 'file-parser', pdf: { engine: 'native' } }], messages }).size, 1)
})

test('compression is asked for by the plugin or by the old transforms', () => {
  assert.equal(readCompression(read({ id: 'context-compression' }), undefined), true)
  assert.equal(readCompression(read(), ['middle-out']), true)
  assert.equal(readCompression(read(), []), false)
  assert.throws(() => readCompression(read(), ['upside-down']), /transforms\[\] must be one of middle-out/)
  assert.throws(
    () => readCompression(read({ id: 'context-compression', engine: 'zip' }), undefined),
    /plugins\[\]\.engine must be one of middle-out/,
  )
})

test('server tools and the echo of the upstream’s body are refused by name', () => {
  assert.throws(
    () => refuseUnserved({ tools: [{ type: 'function' }, { type: 'openrouter:web_search' }] }),
    /tools\[1\]\.type: openrouter:web_search is run by OpenRouter only/,
  )
  assert.throws(() => refuseUnserved({ debug: { echo_upstream_body: true }, stream: true }), /debug\./)
  refuseUnserved({ debug: { echo_upstream_body: true } })
})
