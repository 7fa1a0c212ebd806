import type { Anchor } from '../../src/decide/predictor/predictor.ts'
import { fitPredictor } from '../../src/learn/predictor/fit-predictor.ts'
import { understand } from '../../src/understand/understand.ts'
import { spaceEmbedder } from '../../src/understand/vector-space.ts'
import { decideOn, outcomeOf, type Room } from './room.ts'

/** Mean quality, and USD per 1,000 calls. */
export interface Level {
  readonly quality: number
  readonly costUsd: number
}

/** Numbers of the models that a way to choose takes, row by row. */
export type Choice = (row: number) => number

/** What always the same model gives, the best and the cheapest by the rows that may be learned from. */
export function singles({ outcomes }: Room, train: readonly number[]): { best: Choice; cheapest: Choice } {
  const numbers = outcomes.models.map((_, m) => m)
  const means = numbers.map((m) => levelOf(outcomes, train, () => m))
  const best = numbers.reduce((one, m) => (means[m]!.quality > means[one]!.quality ? m : one))
  const cheapest = numbers.reduce((one, m) => (means[m]!.costUsd < means[one]!.costUsd ? m : one))
  return { best: () => best, cheapest: () => cheapest }
}

/** The best answer to each prompt, the cheapest of equals. */
export function oracle({ outcomes }: Room): Choice {
  return (row) =>
    outcomes.models.reduce((best, _, m) => {
      const [mine, its] = [outcomeOf(outcomes, row, m), outcomeOf(outcomes, row, best)]
      const lead =
        (Number.isNaN(mine.quality) ? -1 : mine.quality) - (Number.isNaN(its.quality) ? -1 : its.quality)
      return lead > 0 || (lead === 0 && mine.costUsd < its.costUsd) ? m : best
    }, 0)
}

/** The gateway with a predictor that was fitted on all outcomes of the rows that may be learned from. */
export function offline(
  { outcomes, intents, market, prompts, numbers }: Room,
  train: readonly number[],
): Choice {
  const named = { ...outcomes, models: market.slugs }
  const { predictor, space, anchorRows } = fitPredictor(named, train, { intents, seed: 1 })
  const anchors = anchorRows.map((row): Anchor => ({ id: outcomes.ids[row]!, text: '' }))
  const table = market.learned({ version: 'offline', predictor, anchors })
  const place = spaceEmbedder('offline', space)
  return (row) => {
    const request = { messages: [{ role: 'user', content: outcomes.prompts[row]! }] }
    const { traits } = understand(request, intents, place)
    const decision = decideOn({ ...prompts[row]!, traits: traits! }, table, 0, Math.random)
    return numbers.get(decision.ranked[0]!.endpoint.model)!
  }
}

/** Mean over the rows whose outcome is known. */
export function levelOf(outcomes: Room['outcomes'], rows: readonly number[], choose: Choice): Level {
  return meanOf(rows.map((row) => outcomeOf(outcomes, row, choose(row))))
}

/** What equal chances give on average. */
export function randomLevel({ outcomes }: Room, rows: readonly number[]): Level {
  return meanOf(rows.flatMap((row) => outcomes.models.map((_, m) => outcomeOf(outcomes, row, m))))
}

export function meanOf(known: readonly { readonly quality: number; readonly costUsd: number }[]): Level {
  const mean = (values: readonly number[]) => {
    const finite = values.filter((value) => !Number.isNaN(value))
    return finite.reduce((sum, value) => sum + value, 0) / finite.length
  }
  return {
    quality: mean(known.map(({ quality }) => quality)),
    costUsd: 1000 * mean(known.map(({ costUsd }) => costUsd)),
  }
}
