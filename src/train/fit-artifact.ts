import type { Anchor } from '../decide/predictor/predictor.ts'
import { rowsById } from '../learn/evaluate/folds.ts'
import type { Outcomes } from '../learn/outcomes.ts'
import { type FitOptions, fitPredictor } from '../learn/predictor/fit-predictor.ts'
import { type ExploredCall, gainOverBestSingle } from '../learn/predictor/guard.ts'
import { formatPredictor, type PredictorCard } from '../learned/predictor-file.ts'
import { promptMark } from './prompt-mark.ts'

export interface FitArtifactOptions extends Omit<FitOptions, 'explored'> {
  readonly sources: PredictorCard['sources']
  /** Recorded calls on some rows, by their places among them; absent where there is no ledger. */
  readonly exploredOn?: (rows: readonly number[]) => readonly ExploredCall[]
}

/** Of a prompt so much is kept to show it as evidence. */
const SHOWN_CHARACTERS = 120

/** Fits a predictor on all outcomes and writes its file. The same outcomes, in any order, and seed give the same bytes. */
export function fitArtifact(
  outcomes: Outcomes,
  { sources, exploredOn, ...options }: FitArtifactOptions,
): Uint8Array<ArrayBuffer> {
  const rows = rowsById(outcomes)
  const explored = exploredOn?.(rows) ?? []
  const { predictor, space, anchorRows, heldOut, residuals } = fitPredictor(outcomes, rows, {
    ...options,
    explored,
  })
  const anchors = anchorRows.map(
    (row): Anchor => ({
      id: outcomes.ids[row]!,
      ...(outcomes.tasks[row] === undefined ? {} : { task: outcomes.tasks[row] }),
      text: outcomes.prompts[row]!.slice(0, SHOWN_CHARACTERS).replace(/\s+/g, ' '),
    }),
  )
  const best = predictor.mean.indexOf(Math.max(...predictor.mean))
  return formatPredictor(predictor, space, anchors, marksOf(outcomes), {
    sources,
    prompts: rows.length,
    outcomes: outcomes.quality.reduce((sum, quality) => sum + (Number.isNaN(quality) ? 0 : 1), 0),
    seed: options.seed,
    intents: options.intents.version,
    bestSingle: outcomes.models[best]!,
    gain: gainOverBestSingle(predictor.guard, {
      heldOut,
      residuals,
      mean: predictor.mean,
      calls: explored,
    }),
  })
}

function marksOf({ prompts }: Outcomes): Float64Array {
  return Float64Array.from(new Set(prompts.map(promptMark))).sort()
}
