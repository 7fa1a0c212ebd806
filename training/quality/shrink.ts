/** One model's rating in one category of a leaderboard, Elo points with a 95 % interval. */
export interface ArenaRating {
  readonly rating: number
  readonly rating_q025: number
  readonly rating_q975: number
}

/** Category → model → rating, as lmarena's arena-catalog writes its leaderboards. */
export type Leaderboard = Readonly<Record<string, Readonly<Record<string, ArenaRating>>>>

export interface Gaussian {
  readonly mean: number
  readonly sd: number
}

/** How a category's ratings follow from the overall ones, and how far models stray from that. */
export interface CategoryFit {
  readonly intercept: number
  readonly slope: number
  /** Standard deviation of the models' true deviations, Elo points: sampling noise taken out. */
  readonly tau: number
  /** Models rated in the category. */
  readonly models: number
}

/** Standard error behind a 95 % interval. */
function standardError({ rating_q025, rating_q975 }: ArenaRating): number {
  return (rating_q975 - rating_q025) / (2 * 1.96)
}

/**
 * Overall abilities by empirical Bayes. Ratings r_m with standard errors s_m are draws around abilities μ_m, which are
 * draws from N(m₀, t²): m₀ is the mean of the ratings and t² = var(r) − mean(s²) (method of moments), so
 *
 *   E[μ_m] = (r_m/s_m² + m₀/t²) / (1/s_m² + 1/t²),   var[μ_m] = 1 / (1/s_m² + 1/t²).
 *
 * @param doubt standard deviation added to every posterior: what the intervals do not cover, see `disagreement`.
 */
export function shrinkOverall(
  ratings: Readonly<Record<string, ArenaRating>>,
  doubt: number,
): ReadonlyMap<string, Gaussian> {
  const all = Object.values(ratings)
  const m0 = mean(all.map(({ rating }) => rating))
  const noise = mean(all.map((rating) => standardError(rating) ** 2))
  const t2 = Math.max(1, mean(all.map(({ rating }) => (rating - m0) ** 2)) - noise)
  return new Map(
    Object.entries(ratings).map(([model, rating]) => {
      const precision = 1 / Math.max(1e-6, standardError(rating) ** 2)
      const posterior = precision + 1 / t2
      return [
        model,
        {
          mean: (rating.rating * precision + m0 / t2) / posterior,
          sd: Math.hypot(Math.sqrt(1 / posterior), doubt),
        },
      ]
    }),
  )
}

/**
 * Fits r_mc = a_c + b_c·μ_m + δ_mc + noise by least squares weighted with 1/(s_mc² + τ_c²), and τ_c², the variance of
 * the true deviations δ, by moments: Σ w·(residual² − s²) / Σ w, floored at 0. Two passes settle both.
 */
export function fitCategory(
  ratings: Readonly<Record<string, ArenaRating>>,
  overall: ReadonlyMap<string, Gaussian>,
): CategoryFit {
  const points = Object.entries(ratings).flatMap(([model, rating]) => {
    const ability = overall.get(model)
    return ability === undefined
      ? []
      : [{ x: ability.mean, y: rating.rating, s2: standardError(rating) ** 2 }]
  })
  let fit = { intercept: 0, slope: 1, tau: 10 }
  for (let pass = 0; pass < 2; pass++) {
    const weighted = points.map((point) => ({ ...point, w: 1 / (point.s2 + fit.tau ** 2 + 1e-6) }))
    const total = sum(weighted.map(({ w }) => w))
    const mx = sum(weighted.map(({ w, x }) => w * x)) / total
    const my = sum(weighted.map(({ w, y }) => w * y)) / total
    const spread = sum(weighted.map(({ w, x }) => w * (x - mx) ** 2))
    const slope = spread > 0 ? sum(weighted.map(({ w, x, y }) => w * (x - mx) * (y - my))) / spread : 1
    const intercept = my - slope * mx
    const excess = sum(weighted.map(({ w, x, y, s2 }) => w * ((y - intercept - slope * x) ** 2 - s2))) / total
    fit = { intercept, slope, tau: Math.sqrt(Math.max(0, excess)) }
  }
  return { ...fit, models: points.length }
}

/**
 * A model's ability in a category: what the category's line says of its overall ability, plus its own deviation shrunk
 * by τ²/(τ² + s²). Without a rating there, or with τ = 0, the line alone speaks.
 */
export function shrinkCategory(
  fit: CategoryFit,
  ability: Gaussian,
  rating: ArenaRating | undefined,
): Gaussian {
  const line = fit.intercept + fit.slope * ability.mean
  const tau2 = fit.tau ** 2
  const s2 = rating === undefined ? Infinity : standardError(rating) ** 2
  const kept = tau2 === 0 || rating === undefined ? 0 : tau2 / (tau2 + s2)
  const deviation = rating === undefined ? 0 : kept * (rating.rating - line)
  return { mean: line + deviation, sd: Math.hypot(fit.slope * ability.sd, Math.sqrt(tau2 * (1 - kept))) }
}

/**
 * Half the root mean square difference of two leaderboards of the same votes (with and without style control): how far
 * a model's place depends on a choice of method that no interval covers, Elo points.
 */
export function disagreement(
  a: Readonly<Record<string, ArenaRating>>,
  b: Readonly<Record<string, ArenaRating>>,
): number {
  const differences = Object.entries(a).flatMap(([model, { rating }]) => {
    const other = b[model]
    return other === undefined ? [] : [rating - other.rating]
  })
  const shift = mean(differences)
  return Math.sqrt(mean(differences.map((difference) => (difference - shift) ** 2))) / 2
}

/** The value below which a share of the values lies (nearest rank). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))]!
}

export function standardDeviation(values: readonly number[]): number {
  const m = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - m) ** 2)))
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
