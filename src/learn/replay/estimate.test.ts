import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../random.ts'
import { conclude } from './conclusion.ts'
import { estimateReplay, type ReplayedCall } from './estimate.ts'

const MODELS = ['a', 'b', 'c', 'd']
const KINDS = 5
/** True quality of each model on each kind of prompt: kinds differ more than models do, as in practice. */
const TRUTH = [
  [0.95, 0.9, 0.85, 0.8],
  [0.5, 0.7, 0.4, 0.6],
  [0.1, 0.15, 0.4, 0.3],
  [0.75, 0.6, 0.6, 0.5],
  [0.05, 0.1, 0.05, 0.2],
]
/** What a predictor expects: right as far as its `skill` goes, drawn to 0.6, and wrong by kind and model. */
const expected = (kind: number, m: number, skill: number) =>
  skill * TRUTH[kind]![m]! + (1 - skill) * (0.5 + 0.15 * (((kind * 7 + m * 3) % 5) - 2))

interface World {
  readonly calls: number
  /** Share of calls that try any model. */
  readonly share: number
  readonly skill?: number
  readonly random: () => number
}

/** The log sends everything to `a` but for a share; the policy on trial sends each kind to its best model. */
function logOf({ calls, share, skill = 0.7, random }: World): { log: ReplayedCall[]; truth: number } {
  const best = TRUTH.map((row) => row.indexOf(Math.max(...row)))
  const log = Array.from({ length: calls }, (): ReplayedCall => {
    const kind = Math.floor(random() * KINDS)
    const m = random() < share ? Math.floor(random() * MODELS.length) : 0
    const propensity = share / MODELS.length + (m === 0 ? 1 - share : 0)
    return {
      model: MODELS[m]!,
      propensity,
      outcome: random() < TRUTH[kind]![m]! ? 1 : 0,
      expected: expected(kind, m, skill),
      chosen: MODELS[best[kind]!]!,
      expectedOfChosen: expected(kind, best[kind]!, skill),
    }
  })
  const truth = best.reduce((sum, m, kind) => sum + TRUTH[kind]![m]!, 0) / KINDS
  return { log, truth }
}

for (const skill of [0, 0.7])
  test(`on logs with a known truth intervals cover it in 90 % or more, with a predictor of skill ${skill}`, () => {
    const random = seededRandom(3)
    const worlds = 400
    const errors = { direct: 0, inversePropensity: 0, doublyRobust: 0 }
    let covered = 0
    for (let world = 0; world < worlds; world++) {
      const { log, truth } = logOf({ calls: 600, share: 0.3, skill, random })
      const replay = estimateReplay(log)
      for (const way of Object.keys(errors) as (keyof typeof errors)[])
        errors[way] += (replay[way].mean - truth) ** 2 / worlds
      if (replay.doublyRobust.low <= truth && truth <= replay.doublyRobust.high) covered++
    }
    assert.ok(covered / worlds >= 0.9, `covered ${covered / worlds}`)
    assert.ok(errors.doublyRobust < errors.direct, JSON.stringify(errors))
    // Expectations that know nothing cannot help; those that know something make doubly robust the best of the three.
    if (skill > 0) assert.ok(errors.doublyRobust < errors.inversePropensity, JSON.stringify(errors))
  })

test('a better policy is found better, in quality and in cost, with its interval', () => {
  const { log } = logOf({ calls: 5_000, share: 0.5, random: seededRandom(1) })
  const replay = estimateReplay(log)
  assert.equal(conclude(replay, 'quality', true).verdict, 'better')
  assert.equal(conclude(replay, 'cost', false).verdict, 'worse')
  assert.ok(replay.logged.mean < replay.doublyRobust.low)
  assert.ok(replay.overlap.low <= 1 && replay.overlap.high >= 1)
})

test('the same policy shows no difference, and all ways agree with the log', () => {
  const { log } = logOf({ calls: 500, share: 0, random: seededRandom(1) })
  const same = log.map((call) => ({ ...call, chosen: call.model, expectedOfChosen: call.expected }))
  const replay = estimateReplay(same)
  assert.equal(conclude(replay, 'quality', true).verdict, 'no-difference-shown')
  assert.ok(Math.abs(replay.inversePropensity.mean - replay.logged.mean) < 1e-9)
  assert.ok(Math.abs(replay.effectiveCalls - 500) < 1e-6)
})

test('what the log never tried it cannot tell, nor what it tried a few times', () => {
  const never = logOf({ calls: 2_000, share: 0, random: seededRandom(1) }).log
  const { verdict, why } = conclude(estimateReplay(never), 'quality', true)
  assert.equal(verdict, 'cannot-tell')
  assert.match(why, /exploration/)
  const few = logOf({ calls: 60, share: 0.4, random: seededRandom(2) }).log
  assert.match(conclude(estimateReplay(few), 'quality', true).why, /^Only about \d+ calls/)
})

test('no call, or a probability that is none, is refused', () => {
  const [call] = logOf({ calls: 1, share: 0, random: seededRandom(1) }).log
  assert.throws(() => estimateReplay([]), RangeError)
  for (const propensity of [0, -1, 1.1, Number.NaN])
    assert.throws(() => estimateReplay([{ ...call!, propensity }]), RangeError)
})
