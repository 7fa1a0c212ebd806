import type { CandidateTable } from '../../src/decide/candidate-table.ts'
import { type DecideContext, decide } from '../../src/decide/decide.ts'
import type { Decision } from '../../src/decide/decision.ts'
import type { Seen } from '../../src/decide/experience.ts'
import { POLICIES } from '../../src/decide/policies.ts'
import type { Policy } from '../../src/decide/policy.ts'
import { predictedQualities } from '../../src/decide/predicted-quality.ts'
import type { Outcomes } from '../../src/learn/outcomes.ts'
import type { IntentArtifact } from '../../src/understand/artifact.ts'
import type { Prompt } from '../../src/understand/prompt.ts'
import { understand } from '../../src/understand/understand.ts'
import { type FileMarket, marketOf } from './market.ts'

/** Everything that all runs on one file share: its prompts understood, its models for sale. */
export interface Room {
  readonly outcomes: Outcomes
  readonly intents: IntentArtifact
  readonly market: FileMarket
  readonly prompts: readonly (Prompt & { readonly shape: Float32Array })[]
  /** What the shipped files predict of each prompt, by the table's models. */
  readonly predicted: readonly Float64Array[]
  /** Place of each slug among the file's models. */
  readonly numbers: ReadonlyMap<string, number>
}

export function openRoom(outcomes: Outcomes, intents: IntentArtifact): Room {
  const market = marketOf(outcomes)
  const prompts = outcomes.prompts.map((content) => {
    const request = { messages: [{ role: 'user', content }] }
    const prompt = understand(request, intents, undefined, undefined, true)
    return { ...prompt, shape: prompt.shape! }
  })
  return {
    outcomes,
    intents,
    market,
    prompts,
    predicted: prompts.map((prompt) => predictedQualities(prompt, market.table)),
    numbers: new Map(market.slugs.map((slug, m) => [slug, m])),
  }
}

/** Decides under the policy `quality`: the best answer that can be found, whatever it costs. */
export function decideOn(
  prompt: Prompt,
  table: CandidateTable,
  share: number,
  random: () => number,
  experience?: Seen,
): Decision {
  const policy: Policy =
    share === 0 ? POLICIES.quality : { ...POLICIES.quality, exploration: { share, maxExtraCostUsd: 1 } }
  const context: DecideContext = { policies: {}, now: 0, random, experience }
  return decide(prompt, { ...ASKED, policy }, table, context)
}

const ASKED = { requested: 'auto', selector: { kind: 'auto' }, limits: {}, allowFallbacks: true } as const

/** What a model's answer to the prompt of a row was worth, and cost in USD; NaN where it is not known. */
export function outcomeOf({ models, quality, costUsd }: Outcomes, row: number, model: number) {
  const cell = row * models.length + model
  return { quality: quality[cell]!, costUsd: costUsd[cell]! }
}
