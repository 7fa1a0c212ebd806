import { type TableComparisons, withComparisons } from './compared-table.ts'
import { type Member, PARTS, type Residuals } from './member.ts'

/** Prompts of a class that the model's overall mean counts for. */
const PSEUDO_PROMPTS = 20

/**
 * Mean quality per class and model, each prompt counted to its classes by their probabilities, shrunk to the model's
 * overall mean: Σ_c p(c|x) · Σ_i p(c|i) y_im / (Σ_i p(c|i) + 20); and comparisons on prompts of these classes.
 *
 * @param probabilities of every class, prompts × classes
 * @param comparisonsWithout comparisons, without those on prompts of one part
 * @returns fitted: classes × models
 */
export function fitSoftTable(
  probabilities: Float32Array,
  classes: number,
  { models, values, part }: Residuals,
  comparisonsWithout?: (part: number) => TableComparisons,
): Member<Float32Array> {
  const count = part.length
  const cells = classes * models
  /** One table for each part, and the whole behind them. */
  const sum = new Float64Array((PARTS + 1) * cells)
  const weight = new Float64Array((PARTS + 1) * cells)
  for (let i = 0; i < count; i++)
    for (let c = 0; c < classes; c++) {
      const p = probabilities[i * classes + c]!
      for (let m = 0; m < models; m++) {
        const value = values[i * models + m]!
        if (Number.isNaN(value)) continue
        for (const table of [part[i]!, PARTS]) {
          sum[table * cells + c * models + m]! += p * value
          weight[table * cells + c * models + m]! += p
        }
      }
    }
  /** The table without one part; the whole when that is PARTS. */
  const tableWithout = (left: number) => {
    const isWhole = left === PARTS
    const table = { values: new Float64Array(cells), weight: new Float64Array(cells) }
    for (let cell = 0; cell < cells; cell++) {
      const total = sum[PARTS * cells + cell]! - (isWhole ? 0 : sum[left * cells + cell]!)
      const counted = weight[PARTS * cells + cell]! - (isWhole ? 0 : weight[left * cells + cell]!)
      table.weight[cell] = counted + PSEUDO_PROMPTS
      table.values[cell] = total / table.weight[cell]!
    }
    const compared = comparisonsWithout?.(left)
    return Float32Array.from(compared === undefined ? table.values : withComparisons(table, models, compared))
  }
  const tables = Array.from({ length: PARTS }, (_, left) => tableWithout(left))
  const heldOut = new Float64Array(count * models)
  for (let i = 0; i < count; i++)
    for (let c = 0; c < classes; c++)
      for (let m = 0; m < models; m++)
        heldOut[i * models + m]! += probabilities[i * classes + c]! * tables[part[i]!]![c * models + m]!
  return { heldOut, fitted: tableWithout(PARTS) }
}
