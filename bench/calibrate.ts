/**
 * How often a promise of `meritorder calibrate` is broken, in worlds whose truth is known, by a router that learns from
 * the other folds: 2,000 files of each size, 95 % to be kept with 95 % confidence.
 *
 *   npm run bench:calibrate
 */
import { proves } from '../src/learn/calibrate/proven-share.ts'
import { seededRandom, shuffle } from '../src/learn/random.ts'

const KEEP = 0.95
const RISK = 0.05
const FOLDS = 5
const FILES = 2_000
const SIZES = [200, 400, 1_000]
const BANDS = Array.from({ length: 101 }, (_, step) => step / 200)

/** Qualities by kind of prompt and model, each the chance to be right. Model 0 is the baseline. */
interface World {
  readonly name: string
  readonly quality: readonly (readonly number[])[]
  /** What may be chosen, cheapest first. */
  readonly candidates: readonly number[]
}

const worldOf = (
  name: string,
  candidates: readonly number[],
  kind: (k: number) => readonly number[],
): World => ({
  name,
  candidates,
  quality: Array.from({ length: 8 }, (_, k) => kind(k)),
})

const WORLDS: readonly World[] = [
  worldOf('a cheap model that is worse from kind to kind', [1, 0], (k) => [0.76, 0.76 - 0.05 * k]),
  worldOf('a cheap model that keeps 94.97 % if it gets everything', [1, 0], (k) => [
    0.76,
    k < 4 ? 0.76 : 0.6835,
  ]),
  worldOf('two models that keep just under 95 %, and nothing else', [1, 2], () => [0.76, 0.7219, 0.7219]),
]

for (const world of WORLDS)
  for (const size of SIZES) {
    const results = Array.from({ length: FILES }, (_, seed) =>
      calibrateOnce(world, size, seededRandom(seed * 11 + size)),
    )
    const percent = (result: string) =>
      `${((100 * results.filter((one) => one === result).length) / FILES).toFixed(1)} %`
    console.log(`${world.name}: ${size} prompts, kept ${percent('kept')}, broken ${percent('broken')}`)
  }

/** Draws a file, learns from each fold's others, tests the bands, and asks the truth about the widest that passed. */
function calibrateOnce(world: World, size: number, random: () => number): 'none' | 'kept' | 'broken' {
  const rows = Array.from({ length: size }, () => {
    const kind = Math.floor(random() * world.quality.length)
    return { kind, right: world.quality[kind]!.map((chance) => (random() < chance ? 1 : 0)) }
  })
  const learned = Array.from({ length: FOLDS }, (_, fold) =>
    meansByKind(
      world,
      rows.filter((_, i) => i % FOLDS !== fold),
    ),
  )
  const order = shuffle([...rows.keys()], random)
  const passes = (band: number) =>
    proves(
      KEEP,
      order.map((i) => {
        const { kind, right } = rows[i]!
        return { router: right[choose(world, learned[i % FOLDS]![kind]!, band)]!, baseline: right[0]! }
      }),
      RISK,
    )
  const failed = BANDS.findIndex((band) => !passes(band))
  if (failed === 0) return 'none'
  return trueShare(world, learned, BANDS.at(failed - 1)!) < KEEP ? 'broken' : 'kept'
}

interface Row {
  readonly kind: number
  readonly right: readonly number[]
}

function meansByKind({ quality }: World, rows: readonly Row[]): readonly (readonly number[])[] {
  return quality.map((models, kind) => {
    const its = rows.filter((row) => row.kind === kind)
    return models.map((_, m) => its.reduce((sum, { right }) => sum + right[m]!, 0) / (its.length || 1))
  })
}

/** The cheapest candidate within the band of the best predicted quality. */
function choose({ candidates }: World, predicted: readonly number[], band: number): number {
  const best = Math.max(...candidates.map((m) => predicted[m]!))
  return candidates.find((m) => predicted[m]! >= best - band)!
}

function trueShare(world: World, learned: readonly (readonly (readonly number[])[])[], band: number): number {
  let [kept, all] = [0, 0]
  for (const table of learned)
    for (const [kind, predicted] of table.entries()) {
      kept += world.quality[kind]![choose(world, predicted, band)]!
      all += world.quality[kind]![0]!
    }
  return kept / all
}
