import type { Outcomes } from '../outcomes.ts'

/** The outcomes of some models only, without the rows that have none of them. */
export function onlyModels(outcomes: Outcomes, models: readonly string[]): Outcomes {
  const columns = models.map((model) => outcomes.models.indexOf(model))
  const cells = (of: Float64Array, row: number) => columns.map((m) => of[row * outcomes.models.length + m]!)
  const rows = outcomes.ids
    .map((_, row) => row)
    .filter((row) => cells(outcomes.quality, row).some((quality) => !Number.isNaN(quality)))
  return {
    models,
    ids: rows.map((row) => outcomes.ids[row]!),
    prompts: rows.map((row) => outcomes.prompts[row]!),
    texts: rows.map((row) => outcomes.texts[row]!),
    tasks: rows.map((row) => outcomes.tasks[row]),
    quality: Float64Array.from(rows.flatMap((row) => cells(outcomes.quality, row))),
    costUsd: Float64Array.from(rows.flatMap((row) => cells(outcomes.costUsd, row))),
    tokens: Float64Array.from(rows.flatMap((row) => cells(outcomes.tokens, row))),
  }
}
