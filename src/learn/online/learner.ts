import type { Experience, Seen } from '../../decide/experience.ts'
import { chartRating, NEW_CHART, type QualityChart, type QualityDrift } from '../drift/quality-drift.ts'
import {
  absorb,
  discount,
  expectedSurprise,
  type GrowingExperience,
  noExperience,
  type Observation,
  retract,
} from './absorb.ts'
import { type Clusters, clusterShares, type PromptPoint, usualShares } from './clusters.ts'

/** What was said about one answer, or two. Whoever says something else of the same answers takes the first back. */
interface Said {
  /** Who said it of what; the same for what replaces it. */
  readonly key: string
  /** Epoch ms. */
  readonly at: number
  readonly model: string
  /** Absent where the prompt was not kept: then it counts as one of the usual mix. */
  readonly point?: PromptPoint
}

/** How good an answer was, and what was predicted of it before any experience; 0..1. */
export interface SaidRating extends Said {
  readonly quality: number
  readonly predicted: number
}

/** How an answer compares with another model's to the same prompt, and how much better it was predicted to be. */
export interface SaidComparison extends Said {
  readonly other: string
  /** 1 won, ½ tied, 0 lost. */
  readonly result: number
  /** −1..1 */
  readonly predictedLead: number
}

/** A model was found to answer worse than it did. */
export interface FoundDrift extends QualityDrift {
  readonly model: string
  /** When the rating came that revealed it, epoch ms. */
  readonly at: number
}

/** Gathers experience, one rating or comparison at a time. The same ones in the same order give the same experience. */
export interface Learner {
  readonly experience: Experience
  /** Latest last, at most `MOST_DRIFTS`. */
  readonly drifts: readonly FoundDrift[]
  /** What was experienced, as a prompt sees it. */
  see(point: PromptPoint): Seen
  /** True where just that was said before: it would change nothing. */
  knows(key: string, said: number): boolean
  /** @returns the drift that the rating reveals, if any */
  rate(said: SaidRating): FoundDrift | undefined
  compare(said: SaidComparison): void
}

/** So many ratings and comparisons count, the latest: what is remembered is bounded, and what is old is forgotten. */
export const REMEMBERED = 4_000
const MOST_DRIFTS = 100

/** What was said, and what of it counts as it came; absent where it was discounted since. */
interface Memory {
  readonly said: number
  readonly observation?: Observation
}

/**
 * @param clusters of the traffic; without them all prompts are seen alike
 * @param sdOf standard deviation of what is predicted of a model over all prompts: the more there is, the more ratings may say
 */
export function createLearner(clusters?: Clusters, sdOf = (_model: string) => 0): Learner {
  const usual = clusters === undefined ? ALIKE : usualShares(clusters)
  const experience: GrowingExperience = noExperience(usual.length, sdOf)
  const remembered = new Map<string, Memory>()
  const charts = new Map<string, QualityChart>()
  const drifts: FoundDrift[] = []

  const sharesOf = (point?: PromptPoint) =>
    clusters === undefined || point === undefined ? usual : clusterShares(point, clusters)
  /** What was said of a model is not taken back any more: not in the measure in which it counts. */
  const keepForGood = (model: string) => {
    for (const [key, { said, observation }] of remembered)
      if (observation?.model === model || observation?.other === model) remembered.set(key, { said })
  }
  const forget = (key: string) => {
    const observation = remembered.get(key)?.observation
    remembered.delete(key)
    if (observation !== undefined) retract(experience, observation)
  }
  const remember = (key: string, said: number, observation: Observation) => {
    forget(key)
    for (const [oldest] of remembered) {
      if (remembered.size < REMEMBERED) break
      forget(oldest)
    }
    for (const model of absorb(experience, observation)) keepForGood(model)
    remembered.set(key, { said, observation })
  }
  const isKnown = (key: string, said: number) => remembered.get(key)?.said === said
  const chart = (model: string, expected: number, quality: number, at: number) => {
    const { chart: next, drift } = chartRating(charts.get(model) ?? NEW_CHART, expected, quality)
    charts.set(model, next)
    if (drift === undefined) return undefined
    discount(experience, model)
    keepForGood(model)
    const found = { ...drift, model, at }
    drifts.push(found)
    if (drifts.length > MOST_DRIFTS) drifts.shift()
    return found
  }

  return {
    experience,
    drifts,
    knows: isKnown,
    // While nothing was learned it does not matter whose eyes they are.
    see: (point) => ({ experience, prompt: experience.models.length === 0 ? usual : sharesOf(point) }),
    rate({ key, at, model, point, quality, predicted }) {
      if (isKnown(key, quality)) return undefined
      const isNew = !remembered.has(key)
      const observation = { model, prompt: sharesOf(point), surprise: quality - predicted }
      const expected = predicted + expectedSurprise(experience, observation)
      remember(key, quality, observation)
      // A rating that was changed was charted when it came.
      return isNew ? chart(model, expected, quality, at) : undefined
    },
    compare({ key, model, other, point, result, predictedLead }) {
      if (model === other || isKnown(key, result)) return
      const surprise = 2 * result - 1 - predictedLead
      remember(key, result, { model, other, prompt: sharesOf(point), surprise })
    },
  }
}

const ALIKE = Float32Array.of(1)
