import { modelOffers } from '../../src/decide/model-offers.ts'
import {
  DAMPING_YEARS,
  dampedYears,
  type Estimate,
  sizeDecades,
  traitsOf,
  type UnratedPrior,
  yearsBetween,
} from '../../src/decide/unrated.ts'
import { assumedSize } from '../../src/market/model-size.ts'
import type { Endpoint, Model } from '../../src/market/offer.ts'
import { fitMixedModel, predictMixedModel } from './mixed-model.ts'

/** A rated model as the regression sees it. */
export interface RatedModel {
  readonly slug: string
  /** Models that answer alike (a snapshot and its name, a model and its thinking variant) are held out together. */
  readonly twins: string
  readonly maker: string
  /** The maker's line: the slug without versions, sizes, dates and words for variants. */
  readonly line: string
  readonly released: number
  /** Billions of parameters in total, by three ways to read them. */
  readonly sizes: {
    /** Stated, else by the median price: what ships. */
    readonly shipped: number
    /** Stated, else by the cheapest price. */
    readonly cheapest: number
    /** Stated, else by the size word in the name. */
    readonly named: number
  }
  readonly reasoning: boolean
  /** Median, USD per million completion tokens. */
  readonly usd: number
  /** Overall rating, Elo points. */
  readonly elo: number
}

/** What a regression looks at besides the date. */
export interface Choice {
  readonly size?: keyof RatedModel['sizes']
  readonly price?: true
  readonly reasoning?: true
  /** Random effects, one per level. */
  readonly relatives: readonly ('maker' | 'line')[]
}

/** The choice that ships: `estimateUnrated` reads exactly this. */
export const SHIPPED: Choice = { size: 'shipped', relatives: ['maker'] }

/**
 * The rated models that can teach the regression: those with a release date not later than the votes, and with a
 * stated size or a price.
 *
 * @param also slug that stands for another's snapshot, and that other slug.
 */
export function ratedModels(
  models: readonly Model[],
  endpoints: readonly Endpoint[],
  ratings: ReadonlyMap<string, Estimate>,
  also: Readonly<Record<string, string>>,
  lastVote: string,
): readonly RatedModel[] {
  const offers = modelOffers(endpoints)
  return models.flatMap((model) => {
    const usd = offers.get(model.slug)?.medianUsd
    const rating = ratings.get(model.slug)
    const traits = traitsOf(model, usd)
    if (rating === undefined || traits === undefined || traits.released > Date.parse(lastVote)) return []
    return [
      {
        slug: model.slug,
        twins: (also[model.slug] ?? model.slug).replace(/:.*$/, ''),
        maker: traits.maker,
        line: lineOf(model.slug),
        released: traits.released,
        sizes: {
          shipped: traits.billions,
          cheapest: traitsOf(model, cheapestUsd(model, endpoints))?.billions ?? traits.billions,
          named: nameSize(model),
        },
        reasoning: model.reasoning || model.slug.endsWith(':thinking'),
        usd: usd ?? TYPICAL_USD,
        elo: rating.mean,
      },
    ]
  })
}

/** For the few with a stated size that nobody sells. */
const TYPICAL_USD = 1

function cheapestUsd({ slug }: Model, endpoints: readonly Endpoint[]): number | undefined {
  const prices = endpoints
    .filter(({ model }) => model === slug)
    .map(({ price }) => Number(price?.completion ?? 0) * 1e6)
    .filter((usd) => usd > 0)
  return prices.length === 0 ? undefined : Math.min(...prices)
}

function nameSize(model: Model): number {
  const { slug, name, openWeights, reasoning } = model
  const { totalParameters } = assumedSize(openWeights ? model : { slug, name, openWeights, reasoning })
  return Math.sqrt(totalParameters.low * totalParameters.high)
}

const VARIANT_WORDS =
  /^(preview|latest|instruct|chat|it|exp|think|thinking|reasoning|non|beta|high|low|terminus)$/

function lineOf(slug: string): string {
  const [maker = '', name = ''] = slug.replace(/:.*$/, '').split('/')
  const words = name
    .split('-')
    .filter(
      (word) => !/^(v?\d[\d.]*|[ae]?\d+(\.\d+)?[bmk]|\d+x\d+b)$/.test(word) && !VARIANT_WORDS.test(word),
    )
    .map((word) => word.replace(/v?\d[\d.]*[a-z]?$/, ''))
  return `${maker}/${words.filter((word) => word !== '').join('-')}`
}

/** Predicts ratings from what some models show. */
export type Predict = (model: RatedModel) => Estimate

/** Learns a regression from some models. `fading` is the damping beyond their newest release, in years. */
export function regression(models: readonly RatedModel[], choice: Choice, fading = DAMPING_YEARS): Predict {
  const last = Math.max(...models.map(({ released }) => released))
  const fitted = fitMixedModel(
    models.map((model) => ({
      features: featuresOf(model, yearsBetween(last, model.released), choice),
      groups: choice.relatives.map((level) => model[level]),
      value: model.elo,
    })),
  )
  const perYear = fitted.coefficients[1]!
  return (model) => {
    const years = yearsBetween(last, model.released)
    const damped = dampedYears(years, fading)
    const { mean, sd } = predictMixedModel(fitted, {
      features: featuresOf(model, damped, choice),
      groups: choice.relatives.map((level) => model[level]),
    })
    return { mean, sd: Math.hypot(sd, perYear * (years - damped)) }
  }
}

function featuresOf({ sizes, usd, reasoning }: RatedModel, years: number, choice: Choice): readonly number[] {
  return [
    1,
    years,
    ...(choice.size === undefined ? [] : [sizeDecades(sizes[choice.size])]),
    ...(choice.price === undefined ? [] : [Math.log10(usd)]),
    ...(choice.reasoning === undefined ? [] : [reasoning ? 1 : 0]),
  ]
}

/** The prior of models that nobody rated, fitted on all rated ones. */
export function fitUnrated(models: readonly RatedModel[], flat: Estimate): UnratedPrior {
  const released = models.map((model) => model.released)
  const last = Math.max(...released)
  const fitted = fitMixedModel(
    models.map((model) => ({
      features: featuresOf(model, yearsBetween(last, model.released), SHIPPED),
      groups: [model.maker],
      value: model.elo,
    })),
  )
  const [intercept, perYear, perSizeDecade] = fitted.coefficients
  const billions = models.map(({ sizes }) => sizes.shipped)
  return {
    flat,
    intercept: intercept!,
    perYear: perYear!,
    perSizeDecade: perSizeDecade!,
    firstRelease: isoDate(Math.min(...released)),
    lastRelease: isoDate(last),
    smallest: Math.min(...billions),
    largest: Math.max(...billions),
    makers: new Map(
      [...fitted.effects[0]!].map(([maker, { mean, sd }]) => [
        maker,
        { mean, sd: Math.hypot(fitted.residualSd, sd) },
      ]),
    ),
    otherMakersSd: Math.hypot(fitted.residualSd, fitted.groupSd[0]!),
  }
}

function isoDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
