import { normalCdf, normalQuantile } from '../../decide/normal.ts'
import { MeritorderError } from '../../errors.ts'
import { fitBradleyTerry } from './bradley-terry.ts'
import type { Comparisons } from './comparisons.ts'
import { metGroups } from './met-groups.ts'

/** Models in the order of their ability, with what the evidence allows to say about it. */
export interface Leaderboard {
  /** Best first: those with enough comparisons. */
  readonly standings: readonly Standing[]
  /** Models with fewer, most compared first. */
  readonly waiting: readonly { readonly model: string; readonly comparisons: number }[]
  /** Sum of the rows' weights. */
  readonly comparisons: number
  /** Share of ties. */
  readonly tied: number
  /** What one standard deviation of lead in style is worth, in rating points, by covariate. */
  readonly style: Readonly<Record<string, number>>
  /** Groups of models that never met, if more than one: between groups nothing is known. */
  readonly groups: readonly (readonly string[])[]
}

export interface Standing {
  readonly model: string
  /** 400 points are odds of ten to one; the mean of all models is 1,000. */
  readonly rating: number
  /** 95 % interval. */
  readonly low: number
  readonly high: number
  /** 1 + how many are better beyond chance, and the number of all less those that are worse beyond chance. */
  readonly rank: { readonly best: number; readonly worst: number }
  readonly comparisons: number
  readonly wins: number
  readonly ties: number
  readonly losses: number
  /** Probability of such a lead over the next standing if both were equally good (two-sided); absent for the last. */
  readonly leadByChance?: number
}

/** Rating points a logit. */
const POINTS = 400 / Math.LN10
const MEAN_RATING = 1_000
const LEVEL = 0.95

/**
 * Ranks models by comparisons.
 * @param least so many comparisons a model needs to be ranked (summed weights)
 * @throws MeritorderError `invalid_request` when fewer than two models were compared
 */
export function leaderboardOf(comparisons: Comparisons, least: number): Leaderboard {
  const { models, weight, result } = comparisons
  if (models.length < 2)
    throw new MeritorderError(
      'invalid_request',
      'A leaderboard needs comparisons of at least two models, and here are none.',
      { limit: 'data' },
    )
  const fit = fitBradleyTerry(comparisons)
  const tallies = tally(comparisons)
  const order = [...models.keys()].sort((x, y) => fit.ability[y]! - fit.ability[x]! || x - y)
  const isRanked = (m: number) => tallies[m]!.comparisons >= least
  const ranked = order.filter(isRanked)
  const z = normalQuantile((1 + LEVEL) / 2)
  const groups = metGroups(comparisons)
  const groupOf = new Map(groups.flatMap((group, g) => group.map((model) => [model, g])))
  /** How many standard errors model x is ahead of y; 0 where nothing connects them. */
  const lead = (x: number, y: number) =>
    groupOf.get(models[x]!) === groupOf.get(models[y]!)
      ? (fit.ability[x]! - fit.ability[y]!) / Math.sqrt(fit.differenceVariance[x * models.length + y]!)
      : 0
  const standings = ranked.map((m, place): Standing => {
    const rating = MEAN_RATING + POINTS * fit.ability[m]!
    const reach = z * POINTS * Math.sqrt(fit.variance[m]!)
    const next = ranked[place + 1]
    return {
      model: models[m]!,
      rating,
      low: rating - reach,
      high: rating + reach,
      rank: {
        best: 1 + ranked.filter((other) => other !== m && lead(other, m) > z).length,
        worst: ranked.length - ranked.filter((other) => other !== m && lead(m, other) > z).length,
      },
      ...tallies[m]!,
      ...(next !== undefined && { leadByChance: 2 * normalCdf(-Math.abs(lead(m, next))) }),
    }
  })
  const total = weight.reduce((sum, one) => sum + one, 0)
  return {
    standings,
    waiting: order
      .filter((m) => !isRanked(m))
      .map((m) => ({ model: models[m]!, comparisons: tallies[m]!.comparisons }))
      .sort((x, y) => y.comparisons - x.comparisons),
    comparisons: total,
    tied: result.reduce((sum, one, row) => sum + (one === 0.5 ? weight[row]! : 0), 0) / total,
    style: Object.fromEntries(comparisons.covariates.map((name, c) => [name, POINTS * fit.effects[c]!])),
    groups: groups.length > 1 ? groups : [],
  }
}

type Tally = Pick<Standing, 'comparisons' | 'wins' | 'ties' | 'losses'>

function tally({ models, a, b, result, weight }: Comparisons): Tally[] {
  const tallies = models.map(() => ({ comparisons: 0, wins: 0, ties: 0, losses: 0 }))
  const outcomes = ['losses', 'ties', 'wins'] as const
  for (const [row, one] of result.entries()) {
    const w = weight[row]!
    const first = tallies[a[row]!]!
    const second = tallies[b[row]!]!
    first.comparisons += w
    second.comparisons += w
    first[outcomes[one * 2]!] += w
    second[outcomes[2 - one * 2]!] += w
  }
  return tallies
}
