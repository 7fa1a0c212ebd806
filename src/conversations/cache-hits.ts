import { LRUCache } from 'lru-cache'

/** How much of what an endpoint's prompt cache should hold it gives back, as its usage reports say. */
export interface CacheHits {
  /** Expected share, 0..1. @param assumed what counts until something is observed */
  share(endpointId: string, assumed: number): number
  observe(endpointId: string, share: number): void
}

/** Observations that the assumption counts for, and most that are remembered at their full weight. */
const PRIOR_WEIGHT = 2
const MOST_WEIGHT = 8
/** Endpoints that are remembered. */
const MOST_ENDPOINTS = 1_000

/** Keeps a mean for each endpoint in which the latest eight or so observations count. */
export function createCacheHits(): CacheHits {
  const observed = new LRUCache<string, { sum: number; weight: number }>({ max: MOST_ENDPOINTS })
  return {
    share(endpointId, assumed) {
      const { sum, weight } = observed.get(endpointId) ?? { sum: 0, weight: 0 }
      return (assumed * PRIOR_WEIGHT + sum) / (PRIOR_WEIGHT + weight)
    },
    observe(endpointId, share) {
      const { sum, weight } = observed.get(endpointId) ?? { sum: 0, weight: 0 }
      const fading = weight < MOST_WEIGHT ? 1 : 1 - 1 / MOST_WEIGHT
      observed.set(endpointId, { sum: sum * fading + share, weight: weight * fading + 1 })
    },
  }
}
