import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sameTimeouts } from '../../test/dispatch-facts.ts'
import { candidateAt } from '../../test/translated-provider.ts'
import type { Candidate, Decision } from '../decide/decision.ts'
import type { Call } from '../receive/call.ts'
import { createCallBudget } from './call-budget.ts'

const plain = candidateAt('openai-compatible', 'http://127.0.0.1:1/v1')
const costing = (costUsd: number): Candidate => ({ ...plain, costUsd })

/** The budget of a stream that arrived `ago` ms ago. */
function budgetOf({
  ago = 0,
  timeoutMs,
  limits = {},
  policys = {},
}: {
  ago?: number
  timeoutMs?: number
  limits?: object
  policys?: object
}) {
  const startedAt = performance.now() - ago
  const call = { startedAt, stream: true, wishes: { limits }, ...(timeoutMs && { timeoutMs }) } as Call
  const ordinary = sameTimeouts(1_000, 500, 10_000).ordinary
  const reasoning = sameTimeouts(60_000, 500, 100_000).reasoning
  return createCallBudget(call, { policy: { limits: policys } } as Decision, { ordinary, reasoning })
}
const ordinary: Candidate = { ...plain, model: { ...plain.model, reasoning: false } }
const close = (actual: number | undefined, expected: number) =>
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < 200, `${actual} is not about ${expected}`)

test('a model that thinks is given the time of its class', () => {
  close(budgetOf({}).timeoutsFor(plain, true)?.answerMs, 60_000)
  close(budgetOf({}).timeoutsFor(ordinary, true)?.answerMs, 1_000)
})

test('what the call has taken is gone, and when all is gone nobody is asked', () => {
  close(budgetOf({ ago: 9_000 }).timeoutsFor(ordinary, true)?.totalMs, 1_000)
  assert.equal(budgetOf({ ago: 10_001 }).timeoutsFor(ordinary, true), undefined)
})

test('a caller’s time tightens, half of it while another host is left, and never loosens', () => {
  const tight = budgetOf({ timeoutMs: 800 })
  close(tight.timeoutsFor(ordinary, false)?.answerMs, 400)
  close(tight.timeoutsFor(ordinary, true)?.answerMs, 800)
  assert.deepEqual(tight.timeoutsFor(ordinary, true)?.hurried, { answer: true, total: true })
  const loose = budgetOf({ timeoutMs: 80_000 }).timeoutsFor(ordinary, true)
  close(loose?.totalMs, 10_000)
  assert.deepEqual([loose?.answerMs, loose?.hurried], [1_000, { answer: false, total: false }])
})

test('a caller’s time that leaves a host all of its own excuses no silence', () => {
  const { hurried } = budgetOf({ timeoutMs: 5_000 }).timeoutsFor(ordinary, true)!
  assert.deepEqual(hurried, { answer: false, total: true })
})

test('a host that gets less than half of its time, because others had the rest, is not to blame for being late', () => {
  const hurriedAfter = (ago: number) => budgetOf({ ago }).timeoutsFor(ordinary, true)?.hurried
  assert.deepEqual(hurriedAfter(4_000), { answer: false, total: false })
  assert.deepEqual(hurriedAfter(8_000), { answer: false, total: true })
  assert.deepEqual(hurriedAfter(9_800), { answer: true, total: true })
})

test('the lower max_cost of caller and policy pays for all tries that may be billed', () => {
  const budget = budgetOf({ limits: { maxCostUsd: 5 }, policys: { maxCostUsd: 3 } })
  assert.ok(budget.affords(costing(9)), 'the first one is what was decided')
  budget.mayOwe(costing(1))
  assert.deepEqual([budget.affords(costing(2)), budget.isShort()], [true, false])
  assert.equal(budget.affords(costing(2), costing(1)), false, 'beside another')
  assert.equal(budget.isShort(), false)
  assert.deepEqual([budget.affords(costing(2.1)), budget.isShort()], [false, true])
  const free = budgetOf({})
  free.mayOwe(costing(1e9))
  assert.ok(free.affords(costing(1e9)))
})
