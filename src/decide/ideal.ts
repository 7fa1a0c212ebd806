import { type CandidateTable, DEAL } from './candidate-table.ts'

/**
 * The ideal endpoint of each model, one row per model: the lowest of each column over its endpoints with a price that can
 * be compared. None of these is better in anything, so a model whose ideal endpoint would not do need not be looked at.
 */
export interface Ideal extends Pick<CandidateTable, (typeof LOWEST)[number] | 'model' | 'tiers'> {
  /** 1: the model has such an endpoint. */
  readonly isPriced: Uint8Array
}

const LOWEST = [
  'promptUsd',
  'completionUsd',
  'requestUsd',
  'firstByteMs',
  'msPerPromptToken',
  'msPerToken',
  'gramsPerToken',
] as const

/** @param models how many there are */
export function idealEndpoints(
  table: Pick<CandidateTable, (typeof LOWEST)[number] | 'model' | 'tiers' | 'deal'>,
  models: number,
): Ideal {
  const isPriced = new Uint8Array(models)
  const lowest = Object.fromEntries(
    LOWEST.map((column) => [column, new Float64Array(models).fill(Infinity)]),
  ) as Record<(typeof LOWEST)[number], Float64Array>
  for (const [e, m] of table.model.entries()) {
    if (table.deal[e] !== DEAL.priced) continue
    isPriced[m] = 1
    for (const column of LOWEST) lowest[column][m] = Math.min(lowest[column][m]!, table[column][e]!)
    for (const { promptUsd, completionUsd } of table.tiers[e] ?? []) {
      lowest.promptUsd[m] = Math.min(lowest.promptUsd[m]!, promptUsd)
      lowest.completionUsd[m] = Math.min(lowest.completionUsd[m]!, completionUsd)
    }
  }
  return {
    ...lowest,
    isPriced,
    model: Int32Array.from({ length: models }, (_, m) => m),
    tiers: Array.from({ length: models }, () => undefined),
  }
}
