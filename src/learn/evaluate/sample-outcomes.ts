import { promptText } from '../../understand/text.ts'
import type { Outcomes } from '../outcomes.ts'

/** A made-up row for tests: what each model, by name, did on one prompt. */
export interface SampleRow {
  readonly id: string
  readonly prompt?: string
  readonly task?: string
  readonly outcomes: Readonly<
    Record<string, { readonly quality: number; readonly cost?: number; readonly tokens?: number }>
  >
}

/** Outcomes for tests, laid out as `readOutcomes` does. */
export function sampleOutcomes(rows: readonly SampleRow[]): Outcomes {
  const models = [...new Set(rows.flatMap(({ outcomes }) => Object.keys(outcomes)))].sort()
  const cells = (of: 'quality' | 'cost' | 'tokens') =>
    Float64Array.from(
      rows.flatMap(({ outcomes }) => models.map((model) => outcomes[model]?.[of] ?? Number.NaN)),
    )
  const prompts = rows.map(({ id, prompt }) => prompt ?? `prompt ${id}`)
  return {
    models,
    ids: rows.map(({ id }) => id),
    prompts,
    texts: prompts.map((content) => promptText({ messages: [{ role: 'user', content }] })),
    tasks: rows.map(({ task }) => task),
    quality: cells('quality'),
    costUsd: cells('cost'),
    tokens: cells('tokens'),
  }
}
