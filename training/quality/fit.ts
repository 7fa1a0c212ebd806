/**
 * Writes artifacts/quality.json and its card from the public arena leaderboards.
 *
 *   node training/quality/fit.ts [--data ../shared/data] [--catalog artifacts/catalog.json] [--out artifacts]
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ARENA_CATEGORIES } from '../../src/decide/arena-categories.ts'
import { QUALITY_FORMAT, QUALITY_FORMAT_VERSION } from '../../src/decide/quality-artifact.ts'
import type { UnratedPrior } from '../../src/decide/unrated.ts'
import type { Catalog } from '../../src/market/offer.ts'
import { knownModels } from '../../src/simulate/replay.ts'
import { readData } from '../data-folder.ts'
import { evaluateUnrated } from './evaluate-unrated.ts'
import {
  disagreement,
  fitCategory,
  type Gaussian,
  type Leaderboard,
  quantile,
  shrinkCategory,
  shrinkOverall,
  standardDeviation,
} from './shrink.ts'
import { fitUnrated, ratedModels } from './unrated.ts'

const STYLE_CONTROLLED = 'arena-leaderboard-text-style-control.json'
const PLAIN = 'arena-leaderboard-text.json'

/**
 * The model that qualities are measured against. Any rated model would do; this one is well known, has one of the
 * narrowest intervals, is sold by many hosts, and stands low enough in today's market that good models win 60–75 %.
 */
const REFERENCE = 'openai/gpt-4o-mini'

/** A model of which not even the release date is known is taken to be about as good as this share of the market's rated ones is not. */
const FLAT_QUANTILE = 0.2

/** When the leaderboards were taken. */
const LAST_VOTE = '2025-12-17'

interface Aliases {
  /** Arena name → canonical slug. */
  readonly aliases: Readonly<Record<string, string>>
  /** A slug that stands for another's snapshot, and that other slug. */
  readonly also: Readonly<Record<string, string>>
  /** Arena name → why its row is not used. */
  readonly skipped: Readonly<Record<string, string>>
}

function main(): void {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      catalog: { type: 'string', default: 'artifacts/catalog.json' },
      out: { type: 'string', default: 'artifacts' },
    },
  })
  const controlled = readData(STYLE_CONTROLLED, values.data) as Leaderboard
  const plain = readData(PLAIN, values.data) as Leaderboard
  const catalog = readJson<Catalog>(values.catalog, 'Build it with training/catalog/build.ts first.')
  const aliases = readJson<Aliases>(join(import.meta.dirname, 'arena-aliases.json'), '')
  const board = bySlug(controlled, aliases)
  const { content, facts } = fit(board, bySlug(plain, aliases), catalog, aliases)
  const version = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12)
  const head = { format: QUALITY_FORMAT, formatVersion: QUALITY_FORMAT_VERSION, version }
  writeFileSync(join(values.out, 'quality.json'), `${JSON.stringify({ ...head, ...content })}\n`)
  const card = cardOf(version, facts, controlled, aliases, catalog)
  writeFileSync(join(values.out, 'quality.card.json'), `${JSON.stringify(card, null, 2)}\n`)
  console.log(JSON.stringify(card.fit, null, 2))
  console.table(comparisonRows(facts.unrated.comparison))
}

/** Renames a leaderboard's models to canonical slugs. Every name must be in the table, and no slug may be meant twice. */
function bySlug(board: Leaderboard, { aliases, also, skipped }: Aliases): Leaderboard {
  return Object.fromEntries(
    Object.entries(board).map(([category, models]) => {
      const renamed = new Map<string, Leaderboard[string][string]>()
      for (const [name, rating] of Object.entries(models)) {
        if (name in skipped) continue
        const slug = aliases[name]
        if (slug === undefined)
          throw new Error(`arena-aliases.json has no slug for ${name}: add it, or skip it with a reason`)
        if (renamed.has(slug))
          throw new Error(`arena-aliases.json gives ${slug} twice, also for ${name}: skip one of them`)
        renamed.set(slug, rating)
      }
      for (const [slug, snapshot] of Object.entries(also)) {
        const rating = renamed.get(snapshot)
        if (rating !== undefined) renamed.set(slug, rating)
      }
      return [category, Object.fromEntries(renamed)]
    }),
  )
}

function fit(board: Leaderboard, plain: Leaderboard, catalog: Catalog, { also }: Aliases) {
  const full = board.full ?? {}
  const doubt = disagreement(full, plain.full!)
  const overall = shrinkOverall(full, doubt)
  const fits = ARENA_CATEGORIES.map((category) => fitCategory(board[category]!, overall))
  const rate = (ability: Gaussian, slug: string) => {
    const posterior = fits.map((line, c) => shrinkCategory(line, ability, board[ARENA_CATEGORIES[c]!]![slug]))
    return { mean: posterior.map(({ mean }) => round(mean)), sd: posterior.map(({ sd }) => round(sd)) }
  }
  const offered = new Set(catalog.models.map(({ slug }) => slug))
  const market = [...overall].filter(([slug]) => offered.has(slug)).map(([, { mean }]) => mean)
  const flat = { mean: quantile(market, FLAT_QUANTILE), sd: standardDeviation(market) }
  const teachers = teachersOf(catalog, overall, also)
  const unrated = fitUnrated(teachers, flat)
  const slugs = [...overall.keys()].sort()
  const content = {
    reference: REFERENCE,
    categories: ARENA_CATEGORIES,
    unrated: rounded(unrated),
    lines: fits.map(({ intercept, slope, tau }) => ({
      intercept: round(intercept),
      slope: round(slope, 4),
      tau: round(tau),
    })),
    models: Object.fromEntries(slugs.map((slug) => [slug, rate(overall.get(slug)!, slug)])),
  }
  const facts = {
    ratedModels: slugs.length,
    ratedModelsInCatalog: market.length,
    catalogModels: catalog.models.length,
    catalogEndpoints: catalog.endpoints.length,
    catalogEndpointsOfRatedModels: catalog.endpoints.filter(({ model }) =>
      overall.has(baseOf(model, overall)),
    ).length,
    reference: { model: REFERENCE, elo: round(overall.get(REFERENCE)!.mean) },
    marketMedianElo: round(quantile(market, 0.5)),
    methodDisagreementElo: round(doubt),
    unrated: evaluateUnrated(teachers, FLAT_QUANTILE),
    categories: Object.fromEntries(
      fits.map((line, c) => [
        ARENA_CATEGORIES[c]!,
        { models: line.models, slope: Math.round(line.slope * 100) / 100, tauElo: round(line.tau) },
      ]),
    ),
  }
  return { content, facts }
}

/** Rated models of the catalog, and those of 2023 that it no longer lists but the replay market knows. */
function teachersOf(
  catalog: Catalog,
  ratings: ReadonlyMap<string, Gaussian>,
  also: Readonly<Record<string, string>>,
) {
  const old = knownModels()
  const newer = catalog.models.filter((model) => !old.some(({ slug }) => slug === model.slug))
  return ratedModels([...newer, ...old], catalog.endpoints, ratings, also, LAST_VOTE)
}

function rounded({ makers, ...prior }: UnratedPrior) {
  const estimate = ({ mean, sd }: Gaussian) => ({ mean: round(mean), sd: round(sd) })
  return {
    flat: estimate(prior.flat),
    intercept: round(prior.intercept),
    perYear: round(prior.perYear),
    perSizeDecade: round(prior.perSizeDecade),
    firstRelease: prior.firstRelease,
    lastRelease: prior.lastRelease,
    smallest: round(prior.smallest),
    largest: round(prior.largest),
    makers: Object.fromEntries([...makers].map(([maker, effect]) => [maker, estimate(effect)])),
    otherMakersSd: round(prior.otherMakersSd),
  }
}

/** The slug under which `decide` will find a rating: its own, or that of its base model. */
function baseOf(slug: string, rated: ReadonlyMap<string, unknown>): string {
  return rated.has(slug) ? slug : slug.replace(/:[^:/]*$/, '')
}

/** The comparison of priors for unrated models, a row each. */
function comparisonRows(comparison: ReturnType<typeof evaluateUnrated>['comparison']) {
  return Object.fromEntries(
    Object.entries(comparison).map(([name, { leaveOneOut, timeSplits }]) => [
      name,
      {
        'left out: RMSE': leaveOneOut.rmse,
        'log-likelihood': leaveOneOut.logLikelihood,
        'within 90 %': leaveOneOut.coverage90,
        'newer: RMSE': timeSplits.rmse,
        bias: timeSplits.bias,
        'log-likelihood ': timeSplits.logLikelihood,
        'within 90 % ': timeSplits.coverage90,
      },
    ]),
  )
}

function cardOf(version: string, facts: object, board: Leaderboard, { skipped }: Aliases, catalog: Catalog) {
  return {
    name: 'quality',
    version,
    what: 'Prior quality of models: Elo-scale ratings per kind of prompt, shrunk by their intervals. Quality is the probability of beating the reference model.',
    method:
      'Empirical Bayes, training/quality/shrink.ts: overall ratings shrunk to the pool, category ratings to a line through the overall ones; standard deviations widened by the disagreement of the two leaderboards.',
    unrated:
      'Models that nobody rated, training/quality/unrated.ts: overall rating by a linear mixed model on release date and log10 of the total size (as stated, else what the median price usually buys), with a random effect of the maker; category ratings by the category lines. Its standard deviation is the error on held-out ratings. Beyond the newest rated release the trend fades (half a year) and the standard deviation grows by what that withholds. Ranked half a standard deviation below the mean. Chosen by leave-one-out and time splits, see fit.unrated: the price itself, the reasoning flag and the line of relatives did not clearly lower the error further. Without a release date, without both size and price, and for models that make images, sound or video: the flat prior.',
    sources: [
      {
        files: [STYLE_CONTROLLED, PLAIN],
        from: 'https://github.com/lmarena/arena-catalog',
        date: LAST_VOTE,
        licence: 'public figures',
        models: Object.keys(board.full!).length,
      },
      { files: ['catalog.json'], from: 'this repository', version: catalog.version },
    ],
    madeWith: 'node training/quality/fit.ts',
    skippedArenaRows: skipped,
    limits:
      'Votes of chat users until 2025-12-17: newer models have an estimate only. Release dates are the catalog’s, which for some models is the day a host listed them. The makers whose models people vote on are the better known ones: for others the estimate is likely too high. Thinking variants have ratings of their own under slug:thinking; where the arena rated one effort only, that row stands for the model.',
    fit: facts,
  }
}

function readJson<T>(path: string, advice: string): T {
  if (!existsSync(path)) throw new Error(`There is no ${path}. ${advice}`)
  return JSON.parse(readFileSync(path, 'utf8')) as T
}

function round(value: number, decimals = 1): number {
  return Number(value.toFixed(decimals))
}

main()
