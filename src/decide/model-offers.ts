import type { Endpoint } from '../market/offer.ts'

/** What a model's endpoints together say about it. */
export interface ModelOffer {
  /** Median over the endpoints that state one above zero, USD per million completion tokens. */
  readonly medianUsd?: number
  /** True when most endpoints make images, sound, video or files too; a single host may well be wrong about it. */
  readonly makesMedia: boolean
}

/**
 * Gathers what is offered of each model, by slug. The median price is taken, not the cheapest: some resellers sell a
 * model at a twentieth of what everybody else asks.
 */
export function modelOffers(endpoints: Iterable<Endpoint>): ReadonlyMap<string, ModelOffer> {
  const offers = new Map<string, ModelOffer>()
  for (const [slug, group] of Map.groupBy(endpoints, ({ model }) => model)) {
    const medianUsd = median(
      group.map(({ price }) => Number(price?.completion ?? 0) * 1e6).filter((usd) => usd > 0),
    )
    offers.set(slug, {
      ...(medianUsd !== undefined && { medianUsd }),
      makesMedia: 2 * group.filter(makesMedia).length > group.length,
    })
  }
  return offers
}

function makesMedia({ output }: Endpoint): boolean {
  return output.some((made) => made !== 'text')
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[sorted.length >> 1]
  const lower = sorted[(sorted.length - 1) >> 1]
  return upper === undefined || lower === undefined ? undefined : (lower + upper) / 2
}
