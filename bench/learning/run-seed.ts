import { crossValidation } from '../../src/learn/evaluate/folds.ts'
import { seededRandom } from '../../src/learn/random.ts'
import {
  type Choice,
  type Level,
  levelOf,
  meanOf,
  offline,
  oracle,
  randomLevel,
  singles,
} from './baselines.ts'
import { decideOn, outcomeOf, type Room } from './room.ts'
import { serve } from './simulate.ts'

export interface SeedOptions {
  readonly seed: number
  readonly calls: number
  readonly ratedShare: number
  readonly duelShare: number
  readonly explore: number
  /** Told after each 1,000 calls. */
  readonly tell: (calls: number) => void
}

/** After so many thousand calls: what held-out prompts would get, and what the callers of the last 1,000 got. */
export interface Milestone {
  readonly calls: number
  readonly heldOut: Level
  readonly traffic: Level
  /** Held-out quality above the best single model's, row by row: for intervals. */
  readonly gains: readonly number[]
  /** What always the best single model would have given the callers of the last 1,000. */
  readonly trafficBest: Level
}

export interface SeedResult {
  readonly milestones: readonly Milestone[]
  /** On the same held-out prompts. */
  readonly levels: Readonly<Record<'best' | 'cheapest' | 'random' | 'oracle' | 'offline' | 'start', Level>>
  readonly offlineGains: readonly number[]
}

const FOLDS = 5

/**
 * One run: traffic is drawn from four fifths of the prompts, and all ways to choose are scored on the last fifth, which
 * nothing has learned from. The best single model and the offline router are those of the four fifths, with all outcomes.
 */
export function runSeed(room: Room, options: SeedOptions): SeedResult {
  const { outcomes, market } = room
  const { seed, tell, ...traffic } = options
  const { train, test } = crossValidation(outcomes, FOLDS, 1).splits[(seed - 1) % FOLDS]!
  const random = seededRandom(seed)
  const { best, cheapest } = singles(room, train)
  const offlineChoice = offline(room, train)
  const gainsOf = (choose: Choice) =>
    test.map((row) => qualityOf(room, row, choose(row)) - qualityOf(room, row, best(row)))
  const milestones: Milestone[] = []
  for (const { served, learner } of serve(room, { ...traffic, rows: train, random })) {
    const choose: Choice = (row) => {
      const prompt = room.prompts[row]!
      const decision = decideOn(prompt, market.table, 0, random, learner.see(prompt))
      return room.numbers.get(decision.ranked[0]!.endpoint.model)!
    }
    const choices = new Map(test.map((row) => [row, choose(row)]))
    const held: Choice = (row) => choices.get(row)!
    milestones.push({
      calls: 1000 * (milestones.length + 1),
      heldOut: levelOf(outcomes, test, held),
      gains: gainsOf(held),
      traffic: meanOf(served.map(({ row, model }) => outcomeOf(outcomes, row, model))),
      trafficBest: levelOf(
        outcomes,
        served.map(({ row }) => row),
        best,
      ),
    })
    tell(1000)
  }
  const start: Choice = (row) =>
    room.numbers.get(decideOn(room.prompts[row]!, market.table, 0, random).ranked[0]!.endpoint.model)!
  const level = (choose: Choice) => levelOf(outcomes, test, choose)
  return {
    milestones,
    levels: {
      best: level(best),
      cheapest: level(cheapest),
      random: randomLevel(room, test),
      oracle: level(oracle(room)),
      offline: level(offlineChoice),
      start: level(start),
    },
    offlineGains: gainsOf(offlineChoice),
  }
}

/** What is not known counts as nothing gained or lost where both are not. */
function qualityOf({ outcomes }: Room, row: number, model: number): number {
  const { quality } = outcomeOf(outcomes, row, model)
  return Number.isNaN(quality) ? 0 : quality
}
