import { textOf } from './import/cells.ts'

/**
 * The models of a comparison, which are two different ones, or what is wrong with them: it completes "each line …".
 *
 * @param members of the row that name them
 */
export function comparedModels(
  row: Readonly<Record<string, unknown>>,
  members: readonly [string, string] = ['model_a', 'model_b'],
): readonly [a: string, b: string] | string {
  const [a, b] = [textOf(row[members[0]]), textOf(row[members[1]])]
  if (a === undefined || b === undefined) return `has no "${members[0]}" and "${members[1]}"`
  return a === b ? 'sets a model against itself' : [a, b]
}
