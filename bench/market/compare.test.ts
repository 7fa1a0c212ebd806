import assert from 'node:assert/strict'
import { test } from 'node:test'
import { POLICIES } from '../../src/decide/policies.ts'
import { attemptAt, conditionAt } from './attempt.ts'
import { compare } from './compare.ts'
import { createLimiter } from './limiter.ts'
import { playDay } from './play.ts'
import { drawWorld } from './world.ts'

const small = compare(2, 6000, 'balanced')

test('ours costs less than rotation and than OpenRouter’s draw, with no more failures than that, and the oracle least', () => {
  const { ours, OpenRouter, rotation, oracle } = small.rules
  assert.ok(ours.cost < OpenRouter.cost && OpenRouter.cost < rotation.cost, JSON.stringify(small.rules))
  assert.ok(ours.failures <= OpenRouter.failures, JSON.stringify(small.rules))
  assert.ok(ours.regret > 0 && oracle.regret === 0)
  for (const figures of Object.values(small.oursMinus)) {
    assert.ok(figures.cost.high < 0, JSON.stringify(figures.cost))
    assert.ok(figures.cost.low <= figures.cost.mean && figures.cost.mean <= figures.cost.high)
  }
})

test('a day is the same whenever it is played, and another seed is another day', () => {
  const play = (seed: number) => playDay(drawWorld(seed, 500), 'ours', POLICIES.balanced)
  assert.deepEqual(play(3), play(3))
  assert.notDeepEqual(play(3), play(4))
})

test('every call ends once, and what failed at one host was made good at another or is a failure', () => {
  const world = drawWorld(5, 1000)
  for (const rule of ['ours', 'OpenRouter', 'rotation', 'oracle'] as const) {
    const { calls, answers, failures, failedAttempts, refusals } = playDay(world, rule, POLICIES.fast)
    assert.equal(answers + failures, calls)
    assert.equal(calls, world.calls.length)
    assert.ok(refusals <= failedAttempts)
  }
})

test('hosts fail as often as their condition says', () => {
  const world = drawWorld(1, 20_000)
  const hosts = world.hosts.map((_, h) => h)
  const at = 43_200
  const [seller] = world.sellers
    .map((_, s) => s)
    .sort((a, b) => failing(world.sellers[b]!.host) - failing(world.sellers[a]!.host))
  function failing(host: number): number {
    const { error, silence, break: broken } = conditionAt(world, host, at)
    return 1 - (1 - error) * (1 - silence) * (1 - broken)
  }
  assert.equal(hosts.length, 20)
  const tries = world.calls.length
  const failed = world.calls.filter(
    (call, n) => attemptAt(world, n, call, seller!, at).kind !== 'answered',
  ).length
  const expected = failing(world.sellers[seller!]!.host)
  const sd = Math.sqrt((expected * (1 - expected)) / tries)
  assert.ok(Math.abs(failed / tries - expected) < 4 * sd + 0.002, `${failed / tries} for ${expected}`)
})

test('a window takes its calls and says when the next begins; a bucket fills evenly and says nothing', () => {
  const seller = drawWorld(1, 100).sellers[0]!
  const limited = (kind: 'window' | 'bucket', callsPerSecond: number) =>
    createLimiter([{ ...seller, limit: { kind, callsPerSecond } }])
  const window = limited('window', 1 / 30)
  assert.deepEqual(
    [1, 2, 3, 61].map((at) => window.take(0, at)),
    ['taken', 'taken', { retryAfterSeconds: 57 }, 'taken'],
  )
  const bucket = limited('bucket', 0.1)
  assert.deepEqual(
    [0, 5, 10].map((at) => bucket.take(0, at)),
    ['taken', {}, 'taken'],
  )
})
