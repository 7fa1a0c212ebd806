import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../random.ts'
import { type AnsweredPrompt, byWay, compareWays, type TriedCall, type Way } from './compare-ways.ts'
import { judgeChallenger, type ReplayFindings } from './verdict.ts'

/** Chance of a good answer, and USD a call, of three models on each of two kinds of prompts. */
const MODELS = { strong: [0.9, 0.5], other: [0.5, 0.9], dear: [0.9, 0.5] } as const
const COST = { strong: 0.002, other: 0.002, dear: 0.004 } as const
type Model = keyof typeof MODELS

type Chooser = (kind: 0 | 1, random: () => number) => Model

const ONE: Chooser = () => 'strong'
/** A coin: as good as `ONE` on average, and another choice on half of the prompts. */
const COIN: Chooser = (_, random) => (random() < 0.5 ? 'strong' : 'other')
const KNOWING: Chooser = (kind) => (kind === 0 ? 'strong' : 'other')
const MISTAKEN: Chooser = (kind) => (kind === 0 ? 'other' : 'strong')

const NO_OBJECTION: ReplayFindings = {
  quality: { verdict: 'no-difference-shown', why: '' },
  cost: { verdict: 'no-difference-shown', why: '' },
  extraCost: undefined,
}

const chooserOf = (challenger: Chooser, champion: Chooser) => (way: Way) =>
  ({ challenger, champion, best_single: ONE, cheapest_in_band: ONE })[way]

function answered(count: number, challenger: Chooser, champion: Chooser, random: () => number) {
  return Array.from({ length: count }, (_, i): AnsweredPrompt => {
    const kind = i % 2 === 0 ? 0 : 1
    const brought = Object.fromEntries(
      Object.entries(MODELS).map(([model, chances]) => [model, random() < chances[kind] ? 1 : 0]),
    )
    const chosen = byWay((way) => chooserOf(challenger, champion)(way)(kind, random))
    return {
      key: `${i}`,
      quality: byWay((way) => brought[chosen[way]]!),
      costUsd: byWay((way) => COST[chosen[way]]),
    }
  })
}

/** A log that tries each model but the dear one with known chances, and expectations that know nothing of kinds. */
function tried(count: number, challenger: Chooser, champion: Chooser, random: () => number) {
  return Array.from({ length: count }, (_, i): TriedCall => {
    const kind = i % 2 === 0 ? 0 : 1
    const model: Model = random() < 0.7 ? 'strong' : 'other'
    const call = {
      model,
      propensity: model === 'strong' ? 0.7 : 0.3,
      outcome: random() < MODELS[model][kind] ? 1 : 0,
      expected: 0.7,
      expectedOfChosen: 0.7,
    }
    const quality = byWay((way) => ({ ...call, chosen: chooserOf(challenger, champion)(way)(kind, random) }))
    const costUsd = byWay((way) => ({
      ...quality[way],
      outcome: COST[model],
      expected: COST[model],
      expectedOfChosen: COST[quality[way].chosen as Model],
    }))
    return { key: `${i}`, quality, costUsd }
  })
}

/** Fewer resamples than in earnest: intervals are a little wider and narrower by chance, and no different on average. */
function compare(answered: readonly AnsweredPrompt[], tried: readonly TriedCall[], random: () => number) {
  return compareWays(answered, tried, random, 200)
}

/** The share of worlds in which the challenger is proven. */
function provenShare(
  units: 'answered' | 'tried',
  worlds: number,
  challenger: Chooser,
  champion: Chooser,
): number {
  const count = units === 'answered' ? 150 : 400
  const random = seededRandom(7)
  let proven = 0
  for (let world = 0; world < worlds; world++) {
    const made =
      units === 'answered'
        ? compare(answered(count, challenger, champion, random), [], random)
        : compare([], tried(count, challenger, champion, random), random)
    if (judgeChallenger(made, NO_OBJECTION, 0.1).isProven) proven++
  }
  return proven / worlds
}

for (const units of ['answered', 'tried'] as const) {
  test(`on ${units} prompts one that is no different is proven in 5 % of worlds at most`, () => {
    const share = provenShare(units, 150, COIN, ONE)
    // Of 150 worlds something that happens in 5 % happens in 10 % at most, with 99 % probability.
    assert.ok(share <= 0.1, `${share}`)
  })

  test(`on ${units} prompts a clearly better one is proven nearly always, and a worse one never`, () => {
    const better = provenShare(units, 30, KNOWING, ONE)
    assert.ok(better >= 0.95, `${better}`)
    assert.equal(provenShare(units, 30, MISTAKEN, ONE), 0)
  })
}

test('one that decides alike is never proven', () => {
  for (const units of ['answered', 'tried'] as const)
    assert.equal(provenShare(units, 10, KNOWING, KNOWING), 0)
})

const better = () => compare(answered(200, KNOWING, ONE, seededRandom(1)), [], seededRandom(1))

test('better on held-out prompts is not enough: the replay must be able to tell, and must not speak against it', () => {
  const cannot = { verdict: 'cannot-tell', why: 'Switch on exploration.' } as const
  const worse = { verdict: 'worse', why: '' } as const
  const judged = (replay: ReplayFindings | undefined, maxExtraCost = 0.1) =>
    judgeChallenger(better(), replay, maxExtraCost)
  assert.equal(judged(NO_OBJECTION).kind, 'better')
  assert.deepEqual(
    [
      judged(undefined),
      judged({ ...NO_OBJECTION, quality: cannot }),
      judged({ ...NO_OBJECTION, cost: cannot }),
    ].map(({ kind, isProven }) => [kind, isProven]),
    Array.from({ length: 3 }, () => ['cannot-tell', false]),
  )
  assert.equal(judged({ ...NO_OBJECTION, quality: worse }).isProven, false)
  const dearer = { ...NO_OBJECTION, cost: worse, extraCost: { mean: 0.08, low: 0.07, high: 0.09 } }
  assert.equal(judged(dearer).isProven, true)
  assert.equal(judged(dearer, 0.05).isProven, false)
})

test('a better one that costs more than is allowed is not proven, and the limit is named', () => {
  const dear: Chooser = (kind) => (kind === 0 ? 'dear' : 'other')
  const made = compare(answered(200, dear, ONE, seededRandom(1)), [], seededRandom(1))
  const { kind, isProven, why } = judgeChallenger(made, NO_OBJECTION, 0.1)
  assert.deepEqual([kind, isProven], ['worse', false])
  assert.match(why.join(' '), /More than 110 % is not allowed/)
  assert.equal(judgeChallenger(made, NO_OBJECTION, 1).isProven, true)
})

test('one that is as good and cheaper is proven cheaper', () => {
  const dear: Chooser = () => 'dear'
  const random = seededRandom(1)
  const same = answered(200, ONE, dear, random).map((prompt) => ({
    ...prompt,
    quality: { ...prompt.quality, champion: prompt.quality.challenger },
  }))
  assert.equal(judgeChallenger(compare(same, [], random), NO_OBJECTION, 0.1).kind, 'cheaper')
})

test('few prompts, none, or a log that never tried what it chooses cannot tell, and the reason is said', () => {
  const random = seededRandom(1)
  const few = compare(answered(49, KNOWING, ONE, random), [], random)
  assert.match(judgeChallenger(few, NO_OBJECTION, 0.1).why[0]!, /There are 49 prompts .* 50 are the least/)
  assert.match(judgeChallenger(compare([], [], random), NO_OBJECTION, 0.1).why[0]!, /There are 0 prompts/)
  const unsold = judgeChallenger(
    { ...compare([], [], random), nothing: 'Nothing is sold.' },
    NO_OBJECTION,
    0.1,
  )
  assert.match(unsold.why[0]!, /There are 0 prompts .* are the least\. Nothing is sold\.$/)
  const untried = compare(
    [],
    tried(400, () => 'dear', ONE, random),
    random,
  )
  const { kind, why } = judgeChallenger(untried, NO_OBJECTION, 0.1)
  assert.equal(kind, 'cannot-tell')
  assert.match(why[0]!, /Recorded calls do not count. For the new one.*exploration/)
})

test('a prompt that was asked a thousand times counts once', () => {
  const random = seededRandom(1)
  const [one] = answered(1, KNOWING, () => 'other', random)
  const many = compare(
    Array.from({ length: 1_000 }, () => one!),
    [],
    random,
  )
  assert.equal(many.heldOut?.prompts, 1)
  assert.equal(judgeChallenger(many, NO_OBJECTION, 0.1).kind, 'cannot-tell')
})
