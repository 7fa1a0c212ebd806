import assert from 'node:assert/strict'
import { test } from 'node:test'
import { usageOfPackage } from './package-usage.ts'
import { readUsageReport } from './read.ts'

test('a report of more tokens than any call has is none', () => {
  const report = (prompt_tokens: number) => ({ prompt_tokens, completion_tokens: 1 })
  assert.equal(readUsageReport(report(20_000_000))?.promptTokens, 20_000_000)
  for (const nonsense of [1e300, 2 ** 53, Number.POSITIVE_INFINITY, Number.NaN, -1])
    assert.equal(readUsageReport(report(nonsense)), undefined, String(nonsense))
})

test('nor is it where a package has read it, and what is counted is whole', () => {
  const input = (total: number) => ({
    inputTokens: { total, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
    outputTokens: { total: 2.6, text: undefined, reasoning: 1e300 },
  })
  assert.equal(usageOfPackage(input(1e300)), undefined)
  const usage = usageOfPackage(input(7))
  assert.deepEqual([usage?.promptTokens, usage?.completionTokens, usage?.reasoningTokens], [7, 3, 0])
})
