import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { findMembers } from './json-members.ts'
import { rewriteMembers } from './rewrite-members.ts'

const rewrite = (text: string, set: Record<string, string>, remove: string[]) => {
  const bytes = Buffer.from(text)
  return rewriteMembers(bytes, findMembers(bytes, 1000), { set, remove: new Set(remove) }).toString()
}

test('only what must change changes: every other member keeps its very bytes', () => {
  const body =
    '{ "model" : "auto", "messages":[ {"role":"user","content":"h\\u00e9" } ],"seed":1.0e2, "provider":{"only":["a"]}}'
  assert.equal(
    rewrite(body, { model: '"m-1"' }, ['provider']),
    '{"messages":[ {"role":"user","content":"h\\u00e9" } ],"seed":1.0e2,"model":"m-1"}',
  )
})

test('a repeated key is reduced to the value that is set', () => {
  assert.equal(rewrite('{"model":"a","model":"b"}', { model: '"c"' }, []), '{"model":"c"}')
})

test('rewriting equals parsing, changing and serialising, for any object', () => {
  const key = fc.constantFrom('model', 'models', 'a', 'é', 'provider', 'x"y', '__proto__x')
  fc.assert(
    fc.property(fc.dictionary(key, fc.jsonValue()), (object) => {
      const { models: _models, provider: _provider, ...kept } = object
      assert.deepEqual(
        JSON.parse(rewrite(JSON.stringify(object), { model: '"set"' }, ['models', 'provider'])),
        JSON.parse(JSON.stringify({ ...kept, model: 'set' })),
      )
    }),
  )
})

test('an object of which nothing is left is still an object', () => {
  assert.equal(rewrite('{"provider":{}}', {}, ['provider']), '{}')
  assert.equal(rewrite('{}', {}, []), '{}')
})
