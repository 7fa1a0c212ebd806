import type { RecordedComparison } from '../record/comparison.ts'

/** A comparison as the API tells it: a line of a file of comparisons too (docs/leaderboards.md). */
export function comparisonJson(one: RecordedComparison) {
  return {
    id: one.id,
    compared_at: new Date(one.comparedAt).toISOString(),
    caller: one.caller,
    generation_a: one.generationA,
    generation_b: one.generationB,
    model_a: one.modelA,
    model_b: one.modelB,
    winner: one.winner,
    judge: one.judge,
    source: one.source,
    intents: one.intents,
    language: one.language,
    tags: one.tags,
    lead: one.lead,
    simulated: one.simulated,
    cost_usd: one.costUsd,
  }
}
