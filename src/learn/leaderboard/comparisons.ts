/** Which of two models' answers to a prompt was better, many times over, in columns; models by their number. */
export interface Comparisons {
  /** Sorted by name, so that the order of rows does not matter. */
  readonly models: readonly string[]
  readonly a: Int32Array
  readonly b: Int32Array
  /** 1 when a won, 0 when b won, 0.5 for a tie. */
  readonly result: Float32Array
  /** How much a row counts, above 0: 1, or the probability that its prompt belongs here. */
  readonly weight: Float32Array
  /** Rows of one prompt share a number: their errors are not independent. */
  readonly cluster: Int32Array
  /** What is controlled for: `covariates.length` numbers a row, a's lead over b in each, standardised. */
  readonly lead: Float32Array
  readonly covariates: readonly string[]
}

/** One comparison, before it is laid out. */
export interface ComparisonRow {
  readonly a: string
  readonly b: string
  readonly result: number
  readonly weight: number
  /** Id of the prompt, or of the row where it has none. */
  readonly prompt: string
  /** a's lead over b in each covariate, as measured; NaN where nothing is known. */
  readonly lead: readonly number[]
}

/** Lays rows out; covariates that never differ are left out, the others get a standard deviation of 1 about 0. */
export function layOutComparisons(
  rows: readonly ComparisonRow[],
  covariates: readonly string[],
): Comparisons {
  const models = [...new Set(rows.flatMap(({ a, b }) => [a, b]))].sort()
  const modelNumbers = new Map(models.map((model, m) => [model, m]))
  const prompts = new Map<string, number>()
  const spreads = covariates.map((_, c) => rootMeanSquare(rows.map(({ lead }) => lead[c]!)))
  const kept = covariates.flatMap((_, c) => (spreads[c]! > 0 ? [c] : []))
  return {
    models,
    a: Int32Array.from(rows, ({ a }) => modelNumbers.get(a)!),
    b: Int32Array.from(rows, ({ b }) => modelNumbers.get(b)!),
    result: Float32Array.from(rows, ({ result }) => result),
    weight: Float32Array.from(rows, ({ weight }) => weight),
    cluster: Int32Array.from(rows, ({ prompt }) => {
      const known = prompts.get(prompt) ?? prompts.size
      prompts.set(prompt, known)
      return known
    }),
    lead: Float32Array.from(
      rows.flatMap(({ lead }) => kept.map((c) => (Number.isNaN(lead[c]) ? 0 : lead[c]! / spreads[c]!))),
    ),
    covariates: kept.map((c) => covariates[c]!),
  }
}

/** Leads are about 0 by symmetry: whoever stands first could as well have stood second. */
function rootMeanSquare(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value))
  return known.length === 0
    ? 0
    : Math.sqrt(known.reduce((sum, value) => sum + value * value, 0) / known.length)
}
