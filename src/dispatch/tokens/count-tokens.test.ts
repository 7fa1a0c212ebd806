import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { before, test } from 'node:test'
import { countTokens as countWith } from 'gpt-tokenizer/encoding/o200k_base'
import { countTokens } from './count-tokens.ts'

const prose = readFileSync(new URL('../../../docs/routing.md', import.meta.url), 'utf8')

/** On a busy machine the vocabulary may take longer to load than a caller waits. */
before(async () => {
  while ((await countTokens('a b c d')) !== countWith('a b c d'));
})

test('a short answer is counted to the token', async () => {
  for (const text of [
    '',
    'Hello, world!',
    'Ünïcode 🧗 text',
    '日本語のテキスト',
    '{"tool_calls":[{"name":"f"}]}',
    '<|endoftext|>',
  ])
    assert.equal(await countTokens(text), countWith(text, { disallowedSpecial: new Set() }), text)
})

test('an answer in several slices is counted within two tokens a slice', async () => {
  const exact = countWith(prose)
  const counted = await countTokens(prose)
  const slices = prose.length / 4096
  assert.ok(Math.abs(counted - exact) <= 2 * slices, `${counted} and not ${exact}`)
})

test('a long answer is sampled, close to the count of all of it', async () => {
  const long = prose.repeat(6)
  const exact = countWith(long)
  const counted = await countTokens(long)
  assert.ok(Math.abs(counted - exact) < 0.05 * exact, `${counted} and not ${exact}`)
})

test('4 MB in one word, or in prose, hold up nobody else', async () => {
  for (const text of ['a'.repeat(4_000_000), prose.repeat(Math.ceil(4_000_000 / prose.length))]) {
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    const before = performance.eventLoopUtilization()
    const tokens = await countTokens(text)
    const { active } = performance.eventLoopUtilization(before)
    delay.disable()
    assert.ok(tokens > 100_000)
    assert.ok(active < 50, `the loop was busy for ${active} ms`)
  }
})
