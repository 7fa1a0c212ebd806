import { MeritorderError } from '../../errors.ts'
import type { Outcomes } from '../outcomes.ts'
import { seededRandom, shuffle } from '../random.ts'

/** Row numbers to learn from and row numbers to be judged on. */
export interface Split {
  readonly train: readonly number[]
  readonly test: readonly number[]
}

/** Splits, and how many prompts were kept from standing on both sides of one. */
export interface Splits {
  readonly splits: readonly Split[]
  /** Prompts that equal another one but for case, punctuation and space. */
  readonly duplicates: number
}

/**
 * Folds for cross-validation: the prompts are shuffled by the seed, and the n-th different one goes to fold n mod `folds`.
 * Prompts of one id, and prompts that are equal but for case, punctuation and space, are one. The order of the rows in the file does not
 * matter.
 * @throws MeritorderError `invalid_request` when there are fewer prompts than folds
 */
export function crossValidation(outcomes: Outcomes, folds: number, seed: number): Splits {
  const rows = rowsById(outcomes)
  const keys = distinctPrompts(outcomes)
  const distinct = new Set(keys).size
  if (distinct < folds)
    throw new MeritorderError(
      'invalid_request',
      `There are too few prompts for ${folds} folds: ${distinct} different ones. Use a larger file or a smaller --folds (at least 2).`,
      { limit: 'folds' },
    )
  const foldOf = new Map<string, number>()
  // The n-th different prompt, so that duplicates cannot leave a fold empty.
  for (const row of shuffle(rows, seededRandom(seed)))
    if (!foldOf.has(keys[row]!)) foldOf.set(keys[row]!, foldOf.size % folds)
  return {
    splits: splitBy(outcomes, (row) => foldOf.get(keys[row]!)),
    duplicates: rows.length - distinct,
  }
}

/**
 * One split per task: learn from all others, be judged on it. Prompts without a task are only learned from.
 * @throws MeritorderError `invalid_request` when there are fewer than two tasks
 */
export function heldOutTasks(outcomes: Outcomes): Splits {
  if (new Set(outcomes.tasks.filter((task) => task !== undefined)).size < 2)
    throw new MeritorderError(
      'invalid_request',
      'Holding out tasks needs prompts with at least two different values of "task"; this file has fewer. Use --folds instead.',
      { limit: 'holdout-tasks' },
    )
  return withoutLeaks(
    outcomes,
    splitBy(outcomes, (row) => outcomes.tasks[row]),
  )
}

/** Learn from the first rows of two joined files, be judged on the others. */
export function trainThenTest(outcomes: Outcomes, trainRows: number): Splits {
  const rows = rowsById(outcomes)
  const split = { train: rows.filter((row) => row < trainRows), test: rows.filter((row) => row >= trainRows) }
  return withoutLeaks(outcomes, [split])
}

/** Takes prompts out of the training part of a split that stand, but for case and punctuation, in its test part. */
function withoutLeaks(outcomes: Outcomes, splits: readonly Split[]): Splits {
  const keys = outcomes.prompts.map(promptKey)
  const leaks = new Set<number>()
  const clean = splits.map(({ train, test }) => {
    const tested = new Set(test.map((row) => keys[row]))
    for (const row of train) if (tested.has(keys[row])) leaks.add(row)
    return { train: train.filter((row) => !tested.has(keys[row])), test }
  })
  if (clean.some(({ train }) => train.length === 0))
    throw new MeritorderError(
      'invalid_request',
      'Every prompt to learn from is also one to be judged on. Use files with different prompts.',
      { limit: 'data' },
    )
  return { splits: clean, duplicates: leaks.size }
}

/** One split for each value but undefined, in the order of the values. */
function splitBy<Part extends string | number>(
  outcomes: Outcomes,
  partOf: (row: number) => Part | undefined,
): readonly Split[] {
  const rows = rowsById(outcomes)
  const parts = [...new Set(rows.map(partOf))].filter((part) => part !== undefined)
  return parts
    .sort((a, b) => (a < b ? -1 : 1))
    .map((part) => ({
      train: rows.filter((row) => partOf(row) !== part),
      test: rows.filter((row) => partOf(row) === part),
    }))
}

/** Row numbers by id, then by prompt: an order that the file's does not matter to. */
export function rowsById({ ids, prompts }: Outcomes): number[] {
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
  return ids
    .map((_, row) => row)
    .sort((a, b) => compare(ids[a]!, ids[b]!) || compare(prompts[a]!, prompts[b]!))
}

/** For each row, what it shares with the rows that count as the same prompt: those of its id, and equal ones. */
export function distinctPrompts(outcomes: Outcomes): readonly string[] {
  const keyOfId = new Map<string, string>()
  for (const row of rowsById(outcomes)) {
    const id = outcomes.ids[row]!
    if (!keyOfId.has(id)) keyOfId.set(id, promptKey(outcomes.prompts[row]!))
  }
  return outcomes.ids.map((id) => keyOfId.get(id)!)
}

/** What makes two prompts the same one: what is left without case, punctuation and space; the prompt itself where that is nothing. */
export function promptKey(prompt: string): string {
  return prompt.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '') || prompt
}
