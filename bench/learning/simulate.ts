import { opponentOf } from '../../src/compare/opponent.ts'
import type { Decision } from '../../src/decide/decision.ts'
import { averageSd } from '../../src/decide/quality.ts'
import { type Clusters, findClusters } from '../../src/learn/online/clusters.ts'
import {
  createLearner,
  type Learner,
  type SaidComparison,
  type SaidRating,
} from '../../src/learn/online/learner.ts'
import { decideOn, outcomeOf, type Room } from './room.ts'

export interface Traffic {
  /** Rows that calls are drawn from, with replacement. */
  readonly rows: readonly number[]
  readonly calls: number
  readonly ratedShare: number
  readonly duelShare: number
  /** Share of the calls that explore. */
  readonly explore: number
  readonly random: () => number
}

/** What became of each call. */
export interface Served {
  readonly row: number
  readonly model: number
}

/** Prompts from which the clusters are found, as in the gateway. */
const CLUSTERED = 500

/**
 * Calls that a gateway serves which knows only what is shipped, and which learns from the ratings that come in.
 *
 * @param everyThousand asked after each 1,000 calls, with what was learned so far
 */
export function* serve(
  room: Room,
  traffic: Traffic,
): Generator<{ served: readonly Served[]; learner: Learner }> {
  const { rows, calls, ratedShare, duelShare, explore, random } = traffic
  const { quality, rowOfModel } = room.market.table
  const sdOf = (slug: string) => averageSd(quality, rowOfModel.get(slug)!)
  let learner = createLearner(undefined, sdOf)
  let clusters: Clusters | undefined
  const said: (SaidRating | SaidComparison)[] = []
  let served: Served[] = []
  for (let call = 1; call <= calls; call++) {
    const row = rows[Math.floor(random() * rows.length)]!
    const prompt = room.prompts[row]!
    const decision = decideOn(prompt, room.market.table, explore, random, learner.see(prompt))
    const model = room.numbers.get(decision.ranked[0]!.endpoint.model)!
    served.push({ row, model })
    const lot = random()
    const news =
      lot < ratedShare
        ? rating(room, row, model, call)
        : lot < ratedShare + duelShare
          ? duel(room, row, decision, call)
          : undefined
    if (news !== undefined) {
      said.push(news)
      tell(learner, news)
    }
    if (call === CLUSTERED) {
      clusters = findClusters(room.intents.embedder.id, pointsOf(room, served))
      learner = createLearner(clusters, sdOf)
      for (const one of said) tell(learner, one)
    }
    if (call % 1000 === 0) {
      yield { served, learner }
      served = []
    }
  }
}

function tell(learner: Learner, news: SaidRating | SaidComparison): void {
  if ('other' in news) learner.compare(news)
  else learner.rate(news)
}

function pointsOf({ prompts }: Room, served: readonly Served[]) {
  return served.map(({ row }) => prompts[row]!)
}

function rating(room: Room, row: number, model: number, call: number): SaidRating | undefined {
  const { quality } = outcomeOf(room.outcomes, row, model)
  if (Number.isNaN(quality)) return undefined
  const slug = room.market.slugs[model]!
  return {
    key: String(call),
    at: call,
    model: slug,
    point: room.prompts[row]!,
    quality,
    predicted: predictedOf(room, row, slug),
  }
}

/** The answer is compared with that of the opponent that the gateway's own duels would take. */
function duel(room: Room, row: number, { ranked }: Decision, call: number): SaidComparison | undefined {
  const contenders = ranked.map(({ endpoint, quality, qualitySd }) => ({
    model: endpoint.model,
    quality,
    qualitySd,
  }))
  const { model } = contenders[0]!
  const other = opponentOf(contenders[0]!, contenders)?.model
  if (other === undefined) return undefined
  const [mine, its] = [model, other].map(
    (slug) => outcomeOf(room.outcomes, row, room.numbers.get(slug)!).quality,
  )
  if (Number.isNaN(mine! - its!)) return undefined
  return {
    key: String(call),
    at: call,
    model,
    other,
    point: room.prompts[row]!,
    result: (1 + Math.sign(mine! - its!)) / 2,
    predictedLead: predictedOf(room, row, model) - predictedOf(room, row, other),
  }
}

function predictedOf({ predicted, market }: Room, row: number, slug: string): number {
  return predicted[row]![market.table.rowOfModel.get(slug)!]!
}
