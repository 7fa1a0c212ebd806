import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { candidateAt } from '../../test/translated-provider.ts'
import type { Decision } from '../decide/decision.ts'
import type { Hedging } from '../decide/policy.ts'
import type { Call } from '../receive/call.ts'
import { createHedgeShares, hedgeOf } from './hedge.ts'
import { hostActs } from './host-acts.ts'

const HEDGING: Hedging = { after: 'p95', share: 1, maxExtraCostUsd: 0.01 }
const candidate = candidateAt('openai-compatible', 'http://127.0.0.1:1/v1')

function hedge(call: Partial<Call>, hedging: Hedging | undefined = HEDGING) {
  const asked = { body: {}, stream: true, wishes: { allowFallbacks: true }, ...call } as Call
  const decision = { policy: { name: 'p', hedge: hedging } } as Decision
  return hedgeOf(asked, decision, createHedgeShares(), () => 250)
}

test('late is the endpoint’s own 95th percentile, which is known for streams only, or the policy’s time', () => {
  assert.equal(hedge({})?.afterMs(candidate), 250)
  assert.equal(hedge({ stream: false })?.afterMs(candidate), undefined)
  assert.equal(hedge({ stream: false }, { ...HEDGING, after: 70 })?.afterMs(candidate), 70)
})

test('the second one has a known cost within the policy’s', () => {
  const fits = (costUsd?: number) =>
    hedge({})?.fits({ ...candidate, ...(costUsd === undefined ? {} : { costUsd }) })
  assert.deepEqual([fits(0.01), fits(0.011), fits()], [true, false, false])
})

test('nobody is asked beside another without a policy for it, without fallbacks, or where hosts may act', () => {
  assert.equal(
    hedgeOf({} as Call, { policy: {} } as Decision, createHedgeShares(), () => 1),
    undefined,
  )
  assert.equal(hedge({ wishes: { allowFallbacks: false } as Call['wishes'] }), undefined)
  assert.equal(hedge({ body: { web_search_options: {} } }), undefined)
})

test('hosts act where a tool is not the caller’s to run', () => {
  const mine = [{ type: 'function' }, { type: 'custom' }, { name: 'lookup' }]
  for (const body of [{}, { tools: mine }, { tools: null }, { plugins: null, background: false }])
    assert.equal(hostActs(body), false, JSON.stringify(body))
  for (const body of [
    { tools: [...mine, { type: 'web_search_20250305' }] },
    { tools: [{ type: 'mcp' }] },
    { tools: 'odd' },
    { mcp_servers: [] },
    { background: true },
  ])
    assert.equal(hostActs(body), true, JSON.stringify(body))
})

test('never more than its share of a policy’s calls is hedged, and no more than ten are saved up', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.array(fc.boolean(), { maxLength: 300 }),
      (share, wants) => {
        const shares = createHedgeShares()
        let taken = 0
        for (const [call, want] of wants.entries()) {
          shares.called('p', share)
          if (want && shares.isLeft('p')) {
            shares.take('p')
            taken++
          }
          assert.ok(taken <= share * (call + 1) + 1e-6)
        }
      },
    ),
  )
  const shares = createHedgeShares()
  for (let call = 0; call < 1000; call++) shares.called('p', 0.5)
  let taken = 0
  for (; shares.isLeft('p'); taken++) shares.take('p')
  assert.equal(taken, 10)
})
