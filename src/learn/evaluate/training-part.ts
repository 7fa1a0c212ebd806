import type { Outcomes } from '../outcomes.ts'

/** What the training part of a split says about the models, by their number. */
export interface TrainingPart {
  /** Mean quality; NaN for a model that no row of it knows. */
  readonly quality: Float64Array
  /** USD per prompt; NaN where no row says what the model costs. */
  readonly costUsd: Float64Array
  /** Mean quality within a task. */
  readonly qualityOfTask: ReadonlyMap<string, Float64Array>
}

/** Sums up some rows of the outcomes. */
export function trainingPart(outcomes: Outcomes, rows: readonly number[]): TrainingPart {
  const labelled = rows.filter((row) => outcomes.tasks[row] !== undefined)
  const byTask = Map.groupBy(labelled, (row) => outcomes.tasks[row]!)
  return {
    quality: columnMeans(outcomes, outcomes.quality, rows),
    costUsd: columnMeans(outcomes, outcomes.costUsd, rows),
    qualityOfTask: new Map(
      [...byTask].map(([task, its]) => [task, columnMeans(outcomes, outcomes.quality, its)]),
    ),
  }
}

/** Mean of the known cells of some rows, for each model; NaN where none is known. */
export function columnMeans(
  { models }: Outcomes,
  cells: Float64Array,
  rows: readonly number[],
): Float64Array {
  const sums = new Float64Array(models.length)
  const counts = new Float64Array(models.length)
  for (const row of rows)
    for (let m = 0; m < models.length; m++) {
      const cell = cells[row * models.length + m]!
      if (Number.isNaN(cell)) continue
      sums[m]! += cell
      counts[m]! += 1
    }
  return sums.map((sum, m) => sum / counts[m]!)
}
