import { statedSize, TOTAL_PER_ACTIVE } from '../market/model-size.ts'
import type { Model } from '../market/offer.ts'
import { activeBillionsForPrice } from '../market/speed.ts'
import type { ModelOffer } from './model-offers.ts'

/** What is expected of models that nobody rated: a regression of the rated ones, fitted by training/quality/unrated.ts. */
export interface UnratedPrior {
  /** Of a model that too little is known of, Elo points. */
  readonly flat: Estimate
  /** Elo points of a model of 100 billion parameters and an unknown maker, released with the newest rated one. */
  readonly intercept: number
  /** Elo points per year of release, and per tenfold size. */
  readonly perYear: number
  readonly perSizeDecade: number
  /** ISO dates of the first and the last release that the regression has seen. */
  readonly firstRelease: string
  readonly lastRelease: string
  /** The smallest and the largest size that it has seen, billions of parameters in total. */
  readonly smallest: number
  readonly largest: number
  /** How much better than others a maker's models are at the same date and size (`mean`), and the error (`sd`). */
  readonly makers: ReadonlyMap<string, Estimate>
  /** The error for a maker none of whose models is rated. */
  readonly otherMakersSd: number
}

/** Elo points. */
export interface Estimate {
  readonly mean: number
  readonly sd: number
}

/** What the regression sees of a model. */
export interface Traits {
  readonly maker: string
  /** Epoch ms. */
  readonly released: number
  /** Billions of parameters in total, see `sizeFor`. */
  readonly billions: number
}

/**
 * Expected overall rating of a model that nobody rated, Elo points: by its maker, release date and size. Dates and
 * sizes outside what the regression has seen count as its edges, but for newer dates, see `dampedYears`; `sd` grows by
 * what the damping withholds, as the trend may well go on.
 *
 * The flat prior speaks for models without a date, without both size and price, and for those that make images, sound
 * or video: the ratings are of text models.
 */
export function estimateUnrated(model: Model, offer: ModelOffer | undefined, prior: UnratedPrior): Estimate {
  const traits = offer?.makesMedia === true ? undefined : traitsOf(model, offer?.medianUsd)
  if (traits === undefined) return prior.flat
  const first = yearsBetween(prior.lastRelease, prior.firstRelease)
  const years = Math.max(first, yearsBetween(prior.lastRelease, traits.released))
  const damped = dampedYears(years, DAMPING_YEARS)
  const billions = Math.min(prior.largest, Math.max(prior.smallest, traits.billions))
  const maker = prior.makers.get(traits.maker) ?? { mean: 0, sd: prior.otherMakersSd }
  return {
    mean: prior.intercept + prior.perYear * damped + prior.perSizeDecade * sizeDecades(billions) + maker.mean,
    sd: Math.hypot(maker.sd, prior.perYear * (years - damped)),
  }
}

/**
 * The traits of a model; undefined when it has no readable release date, or neither a size nor a price.
 *
 * @param usd its price, USD per million completion tokens
 */
export function traitsOf(model: Model, usd: number | undefined): Traits | undefined {
  const released = Date.parse(model.releaseDate ?? '')
  const billions = sizeFor(model, usd)
  if (Number.isNaN(released) || billions === undefined) return undefined
  // OpenRouter's aliases of a maker's newest model stand under `~maker/`.
  const maker = model.slug.slice(0, model.slug.indexOf('/')).replace(/^~/, '')
  return { maker, released, billions }
}

/**
 * Billions of parameters in total: as stated for open weights, or in the name; else what the price usually buys.
 * Published estimates of closed models are left aside, because new models have none; so are words like `pro`, which
 * any maker may use.
 */
function sizeFor({ slug, openWeights, totalParameters }: Model, usd: number | undefined): number | undefined {
  const stated = (openWeights ? totalParameters : undefined) ?? statedSize(slug)?.totalParameters
  if (stated !== undefined) return Math.sqrt(stated.low * stated.high)
  return usd === undefined ? undefined : Math.min(MAX_PRICED_BILLIONS, sizeForPrice(usd))
}

/** No more than the largest open models have, whatever is asked for it. */
const MAX_PRICED_BILLIONS = 1000

/** Billions of parameters in total that a price usually stands for, USD per million completion tokens. */
function sizeForPrice(usd: number): number {
  return TOTAL_PER_ACTIVE * activeBillionsForPrice(usd)
}

/**
 * How fast the trend fades beyond the newest rated release, in years. Chosen by time splits (quality.card.json,
 * `fit.unrated.damping`): the full trend promised models released after the split too much, none at all too little.
 */
export const DAMPING_YEARS = 0.5

/** Years as the trend counts them: in full up to the newest rated release, then T·(1 − e^(−years/T)), never above T. */
export function dampedYears(years: number, fading: number): number {
  if (years <= 0 || fading === Infinity) return years
  return fading === 0 ? 0 : fading * (1 - Math.exp(-years / fading))
}

/** Tenfold steps from 100 billion parameters. */
export function sizeDecades(billions: number): number {
  return Math.log10(billions / 100)
}

const MS_PER_YEAR = 365.25 * 24 * 3600 * 1000

/** Years from one date to another; dates as ISO text or epoch ms. */
export function yearsBetween(from: string | number, to: string | number): number {
  return (new Date(to).getTime() - new Date(from).getTime()) / MS_PER_YEAR
}
