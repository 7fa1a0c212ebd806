import type { Estimate } from '../../src/decide/unrated.ts'
import { quantile, standardDeviation } from './shrink.ts'
import { type Choice, type Predict, type RatedModel, regression, SHIPPED } from './unrated.ts'

/** How well held-out ratings were predicted, Elo points. */
interface Score {
  readonly models: number
  /** Mean of rating minus prediction. */
  readonly bias: number
  readonly rmse: number
  /** Mean log density of the ratings. */
  readonly logLikelihood: number
  /** Share of the ratings within the 90 % interval, and the mean standard deviation. */
  readonly coverage90: number
  readonly sd: number
}

/** Makes a predictor from the models it may see. */
type Learn = (seen: readonly RatedModel[]) => Predict

const learnWith =
  (choice: Choice, fading?: number): Learn =>
  (seen) =>
    regression(seen, choice, fading)

/** The simplest predictor of all, with the flat prior's rule: a low quantile of the ratings seen. */
const flatQuantile =
  (share: number): Learn =>
  (seen) => {
    const elos = seen.map(({ elo }) => elo)
    const flat = { mean: quantile(elos, share), sd: standardDeviation(elos) }
    return () => flat
  }

/** Dates before which ratings are seen and from which on they are predicted. */
const SPLITS = ['2025-01-01', '2025-04-01', '2025-07-01', '2025-10-01']

/**
 * Compares regressions with the flat prior on ratings they have not seen: leaving out one model (with its twins) at a
 * time, all models of one maker at a time, and everything released from a date on.
 */
export function evaluateUnrated(models: readonly RatedModel[], flatShare: number) {
  const candidates: Readonly<Record<string, Learn>> = {
    'flat: low quantile': flatQuantile(flatShare),
    'flat: median': flatQuantile(0.5),
    date: learnWith({ relatives: [] }),
    'date, price': learnWith({ price: true, relatives: [] }),
    'date, size': learnWith({ size: 'shipped', relatives: [] }),
    'date, price, maker': learnWith({ price: true, relatives: ['maker'] }),
    'date, size, line': learnWith({ size: 'shipped', relatives: ['line'] }),
    'date, size, maker (shipped)': learnWith(SHIPPED),
    '… size by cheapest price': learnWith({ ...SHIPPED, size: 'cheapest' }),
    '… size by name': learnWith({ ...SHIPPED, size: 'named' }),
    '… and price': learnWith({ ...SHIPPED, price: true }),
    '… and reasoning': learnWith({ ...SHIPPED, reasoning: true }),
    '… and line': learnWith({ ...SHIPPED, relatives: ['maker', 'line'] }),
  }
  const fadings = {
    none: Infinity,
    '1 year': 1,
    '0.5 years (shipped)': 0.5,
    '0.25 years': 0.25,
    'at once': 0,
  }
  const shipped = learnWith(SHIPPED)
  const table = (learn: Learn) => ({
    leaveOneOut: score(holdOut(models, learn, ({ twins }) => twins)),
    timeSplits: score(SPLITS.flatMap((date) => predictAfter(models, learn, date))),
  })
  return {
    models: models.length,
    comparison: Object.fromEntries(Object.entries(candidates).map(([name, learn]) => [name, table(learn)])),
    leaveOneMakerOut: score(holdOut(models, shipped, ({ maker }) => maker)),
    bySplit: Object.fromEntries(
      SPLITS.map((date) => [
        date,
        {
          flat: score(predictAfter(models, flatQuantile(flatShare), date)),
          shipped: score(predictAfter(models, shipped, date)),
        },
      ]),
    ),
    damping: Object.fromEntries(
      Object.entries(fadings).map(([name, fading]) => {
        const learn = learnWith(SHIPPED, fading)
        return [name, score(SPLITS.flatMap((date) => predictAfter(models, learn, date)))]
      }),
    ),
    caution: Object.fromEntries(
      [0, 0.25, 0.5, 1, 1.5].map((caution) => [caution, shortfalls(models, caution)]),
    ),
  }
}

type Prediction = readonly [elo: number, predicted: Estimate]

function holdOut(
  models: readonly RatedModel[],
  learn: Learn,
  foldOf: (model: RatedModel) => string,
): readonly Prediction[] {
  return [...Map.groupBy(models, foldOf)].flatMap(([fold, held]) => {
    const predict = learn(models.filter((model) => foldOf(model) !== fold))
    return held.map((model) => [model.elo, predict(model)] as const)
  })
}

function predictAfter(models: readonly RatedModel[], learn: Learn, date: string): readonly Prediction[] {
  const predict = learn(releasedBefore(models, date))
  return releasedFrom(models, date).map((model) => [model.elo, predict(model)] as const)
}

function score(predictions: readonly Prediction[]): Score {
  const of = (measure: (error: number, sd: number) => number) =>
    predictions.reduce((sum, [elo, { mean, sd }]) => sum + measure(elo - mean, sd), 0) / predictions.length
  return {
    models: predictions.length,
    bias: decimals(of((error) => error)),
    rmse: decimals(Math.sqrt(of((error) => error ** 2))),
    logLikelihood: decimals(
      of((error, sd) => -0.5 * (error / sd) ** 2 - Math.log(sd * Math.sqrt(2 * Math.PI))),
      3,
    ),
    coverage90: decimals(
      of((error, sd) => (Math.abs(error) < 1.645 * sd ? 1 : 0)),
      3,
    ),
    sd: decimals(of((_, sd) => sd)),
  }
}

/** How far the model that would have been chosen at each split falls short of the best that there was, Elo points. */
function shortfalls(models: readonly RatedModel[], caution: number): readonly number[] {
  return SPLITS.map((date) => {
    const rated = releasedBefore(models, date)
    const predict = regression(rated, SHIPPED)
    const ranked = models.map((model) => {
      if (rated.includes(model)) return { model, standing: model.elo }
      const { mean, sd } = predict(model)
      return { model, standing: mean - caution * sd }
    })
    const chosen = ranked.reduce((best, other) => (other.standing > best.standing ? other : best))
    return decimals(Math.max(...models.map(({ elo }) => elo)) - chosen.model.elo)
  })
}

function releasedBefore(models: readonly RatedModel[], date: string): readonly RatedModel[] {
  return models.filter(({ released }) => released < Date.parse(date))
}

function releasedFrom(models: readonly RatedModel[], date: string): readonly RatedModel[] {
  return models.filter(({ released }) => released >= Date.parse(date))
}

function decimals(value: number, places = 1): number {
  return Number(value.toFixed(places))
}
