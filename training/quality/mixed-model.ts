/** One observation of a linear mixed model. */
export interface Observation {
  /** Fixed effects' features; put a 1 first for an intercept. */
  readonly features: readonly number[]
  /** One group per level of random effects: a maker, a maker's line. */
  readonly groups: readonly string[]
  readonly value: number
}

export interface MixedModel {
  readonly coefficients: readonly number[]
  /** Per level: the effect of each group seen, with the standard deviation of its error. */
  readonly effects: readonly ReadonlyMap<string, { readonly mean: number; readonly sd: number }>[]
  /** Per level: standard deviation of the groups' effects. */
  readonly groupSd: readonly number[]
  readonly residualSd: number
}

/** Steps of expectation maximisation; the deviations of 170 ratings settle within 30. */
const STEPS = 30
/** Where they start, Elo points squared. */
const START = { group: 25 ** 2, residual: 35 ** 2 }

/**
 * Fits value = features·β + Σ_level u_level(group) + ε with u ~ N(0, t²_level), ε ~ N(0, s²): best linear unbiased
 * prediction by Henderson's mixed-model equations (H = M'M + diag(0, s²/t²), b = H⁻¹M'y, covariance s²H⁻¹), the
 * variances by expectation maximisation. Deterministic.
 */
export function fitMixedModel(observations: readonly Observation[]): MixedModel {
  const fixed = observations[0]!.features.length
  const columns = levelColumns(observations, fixed)
  const width = fixed + columns.reduce((total, level) => total + level.size, 0)
  const rows = observations.map(({ features, groups }) => {
    const row = [...features, ...new Array<number>(width - fixed).fill(0)]
    groups.forEach((group, level) => {
      row[columns[level]!.get(group)!] = 1
    })
    return row
  })
  const gram = Array.from({ length: width }, (_, i) =>
    Array.from({ length: width }, (_, j) => sum(rows.map((row) => row[i]! * row[j]!))),
  )
  const moment = Array.from({ length: width }, (_, i) =>
    sum(rows.map((row, n) => row[i]! * observations[n]!.value)),
  )
  let groupVariances = columns.map(() => START.group)
  let residual = START.residual
  let inverse: number[][] = []
  let solution: number[] = []
  for (let step = 0; step < STEPS; step++) {
    const system = gram.map((row) => [...row])
    columns.forEach((level, l) => {
      for (const column of level.values()) system[column]![column]! += residual / groupVariances[l]!
    })
    inverse = invert(system)
    solution = inverse.map((row) => dot(row, moment))
    const freedom = observations.length - sum(inverse.map((row, i) => dot(row, gram[i]!)))
    const errors = rows.map((row, n) => observations[n]!.value - dot(row, solution))
    groupVariances = columns.map((level) => {
      const squares = [...level.values()].map((c) => solution[c]! ** 2 + residual * inverse[c]![c]!)
      return Math.max(1e-3, sum(squares) / level.size)
    })
    residual = dot(errors, errors) / freedom
  }
  return {
    coefficients: solution.slice(0, fixed),
    effects: columns.map(
      (level) =>
        new Map(
          [...level].map(([group, c]) => [
            group,
            { mean: solution[c]!, sd: Math.sqrt(residual * inverse[c]![c]!) },
          ]),
        ),
    ),
    groupSd: groupVariances.map(Math.sqrt),
    residualSd: Math.sqrt(residual),
  }
}

/** Expected value of a new observation; a group never seen has no effect, but adds its level's spread to the error. */
export function predictMixedModel(
  { coefficients, effects, groupSd, residualSd }: MixedModel,
  { features, groups }: Omit<Observation, 'value'>,
): { readonly mean: number; readonly sd: number } {
  const known = groups.map((group, level) => effects[level]!.get(group) ?? { mean: 0, sd: groupSd[level]! })
  return {
    mean: dot(coefficients, features) + sum(known.map(({ mean }) => mean)),
    sd: Math.hypot(residualSd, ...known.map(({ sd }) => sd)),
  }
}

/** Column of each group, per level. */
function levelColumns(observations: readonly Observation[], from: number): readonly Map<string, number>[] {
  let next = from
  return observations[0]!.groups.map((_, level) => {
    const groups = [...new Set(observations.map(({ groups }) => groups[level]!))].sort()
    return new Map(groups.map((group) => [group, next++]))
  })
}

/** Gauss–Jordan elimination with partial pivoting. */
function invert(matrix: readonly (readonly number[])[]): number[][] {
  const n = matrix.length
  const work = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))])
  for (let column = 0; column < n; column++) {
    let pivot = column
    for (let i = column; i < n; i++)
      if (Math.abs(work[i]![column]!) > Math.abs(work[pivot]![column]!)) pivot = i
    const [top, other] = [work[column]!, work[pivot]!]
    work[column] = other
    work[pivot] = top
    const lead = work[column]!
    const scale = 1 / lead[column]!
    for (let j = column; j < 2 * n; j++) lead[j]! *= scale
    for (let i = 0; i < n; i++) {
      const row = work[i]!
      const factor = row[column]!
      if (i === column || factor === 0) continue
      for (let j = column; j < 2 * n; j++) row[j]! -= factor * lead[j]!
    }
  }
  return work.map((row) => row.slice(n))
}

function dot(a: readonly number[], b: readonly number[]): number {
  let total = 0
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!
  return total
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
