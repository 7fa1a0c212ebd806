import type { Ask } from './ask.ts'
import { type CandidateTable, DEAL } from './candidate-table.ts'
import { heapify, takeBest } from './heap.ts'
import { idealMerit, weighByPrior } from './merit.ts'
import { compare, type Ordering } from './ordering.ts'
import type { Rows } from './rows.ts'

/** Health is read for this many times as many rows as are kept. */
const SHORT_LIST = 2

/** How many rows a short list has at most, and how many of one model. */
export function shortListSize({ keep, keepPerModel }: Ordering) {
  return { rows: keep * SHORT_LIST, ofModel: keepPerModel * SHORT_LIST }
}

/**
 * Writes the best rows not looked at yet to `scratch.listed`, best first, and gives how many. Models are looked at from
 * the most promising on, until none of the rest can have a row in the list.
 *
 * @param rows whose models' steps are written to `scratch.step`
 */
export function shortList(
  table: CandidateTable,
  ask: Ask,
  rows: Rows,
  ordering: Ordering,
  isFirst: boolean,
): number {
  const { passed, listed, listedOfModel, groups, step, promise } = table.scratch
  const { endpoints, models, starts } = rows
  const { rows: size, ofModel: sizePerModel } = shortListSize(ordering)
  const isLong = endpoints.length > size
  const last = isFirst && isLong ? lastBucket(table, rows, size, sizePerModel) : BUCKETS
  let left = promising(table, ask, models, ordering, last)
  const isBefore = (a: number, b: number) => {
    const stepOfA = step[models[a]!]!
    const stepOfB = step[models[b]!]!
    return stepOfA < stepOfB || (stepOfA === stepOfB && promise[models[a]!]! > promise[models[b]!]!)
  }
  heapify(groups, left, isBefore)
  let count = 0
  for (; left > 0; left--) {
    const g = takeBest(groups, left, isBefore)
    if (count >= size && !mayEnter(table, models[g]!, listed[size - 1]!)) break
    let ofModel = 0
    for (let i = starts[g]!; i < starts[g + 1]!; i++) {
      const e = endpoints[i]!
      if (passed[e] === 1) continue
      weighByPrior(table, ask, e, ordering)
      if (count >= size && compare(table, ordering, e, listed[size - 1]!) >= 0) continue
      ofModel = insert(table, ordering, listedOfModel, ofModel, e, sizePerModel)
    }
    for (let i = 0; i < ofModel; i++) count = insert(table, ordering, listed, count, listedOfModel[i]!, size)
  }
  return count
}

/**
 * Writes which groups of rows may be in the list to `scratch.groups`, and to `scratch.promise` the merit that no priced
 * row of their models exceeds: −Infinity where there is none, Infinity where something else than merit counts. Gives how
 * many groups there are.
 */
function promising(
  table: CandidateTable,
  ask: Ask,
  models: Int32Array,
  { policy, sortBy, providerOrder }: Ordering,
  last: number,
): number {
  const { groups, step, promise } = table.scratch
  const isByMerit = sortBy === undefined && providerOrder === undefined
  let count = 0
  for (let g = 0; g < models.length; g++) {
    const m = models[g]!
    if (bucketOf(step[m]!) > last) continue
    groups[count++] = g
    if (!isByMerit) promise[m] = Infinity
    else promise[m] = table.ideal.isPriced[m] === 1 ? idealMerit(table, ask, m, policy) : -Infinity
  }
  return count
}

/** False where no row of a model can be before the last row of a full list. */
function mayEnter({ scratch, model, deal }: CandidateTable, m: number, last: number): boolean {
  const { step, promise, merit } = scratch
  const stepOfLast = step[model[last]!]!
  if (step[m] !== stepOfLast) return step[m]! < stepOfLast
  return deal[last] !== DEAL.priced || promise[m]! >= merit[last]!
}

export const BUCKETS = 64
/** Of a step where there is no band. */
const COARSE = 0.01

/** How much quality a bucket spans under a band. */
export function bucketWidth(band: number): number {
  return band > 0 ? band : COARSE
}

/** A coarse step, so that steps can be counted: whole steps, or without a band 0.01 of quality. */
function bucketOf(step: number): number {
  return Math.min(BUCKETS - 1, Number.isInteger(step) ? step : Math.floor(step / COARSE))
}

/** The bucket with which the rows, at most so many of a model, are enough for the short list. */
function lastBucket(
  { scratch: { step } }: CandidateTable,
  { models, starts }: Rows,
  size: number,
  sizePerModel: number,
): number {
  const rows = new Int32Array(BUCKETS)
  for (let g = 0; g < models.length; g++) {
    rows[bucketOf(step[models[g]!]!)]! += Math.min(starts[g + 1]! - starts[g]!, sizePerModel)
  }
  let enough = 0
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    enough += rows[bucket]!
    if (enough >= size) return bucket
  }
  return BUCKETS
}

/** Inserts a row into `count` rows sorted best first, keeping at most `size`; gives how many there are then. */
function insert(
  table: CandidateTable,
  ordering: Ordering,
  list: Int32Array,
  count: number,
  e: number,
  size: number,
): number {
  let low = 0
  let high = count
  if (high >= size) {
    if (compare(table, ordering, e, list[high - 1]!) >= 0) return count
    high--
  }
  const last = high
  while (low < high) {
    const middle = (low + high) >> 1
    if (compare(table, ordering, e, list[middle]!) < 0) high = middle
    else low = middle + 1
  }
  for (let i = last; i > low; i--) list[i] = list[i - 1]!
  list[low] = e
  return last + 1
}
