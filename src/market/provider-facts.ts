import { z } from 'zod'
import { MeritorderError } from '../errors.ts'
import type { Catalog, FactName, FactSources, Provider } from './offer.ts'
import { isCountry, isPlace, PLACE_WORDS } from './places.ts'

/** What is publicly known of the providers, by slug: `artifacts/provider-facts.json`. */
export type ProviderFacts = z.output<typeof factsSchema>

/** The facts of one provider. */
type FactsOfProvider = ProviderFacts['providers'][string]

const source = {
  source: z.url({ protocol: /^https$/ }).describe('The page that says so.'),
  date: z.iso.date().describe('When it was read there.'),
}

/** A value that somebody can check, or the word that says nobody knows. */
const fact = <T extends z.ZodType>(value: T) =>
  z.union([z.literal('unknown'), z.strictObject({ value, ...source })])

const country = z.string().refine(isCountry, 'must be an ISO 3166-1 country code of two letters')
const place = z.string().refine(isPlace, `must be ${PLACE_WORDS}`)

/** Every fact is written down for every provider, so that what is missing is seen. */
const factsOfProvider = z.strictObject({
  training: fact(z.boolean()),
  retention_days: fact(z.number().min(0).max(36_500)),
  zdr_available: fact(z.boolean()),
  headquarters: fact(country),
  regions: fact(z.array(place).min(1)),
})

const factsSchema = z.strictObject({ providers: z.record(z.string().min(1), factsOfProvider) })

/**
 * Checks that a parsed JSON value holds facts of providers: each one with an https source and a date, or `unknown`.
 *
 * @throws MeritorderError `unprocessable` naming the provider and the fact.
 */
export function parseProviderFacts(value: unknown): ProviderFacts {
  const parsed = factsSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0]!
  throw new MeritorderError('unprocessable', `provider-facts.json: ${path.join('.')}: ${message}.`)
}

/** The catalog with what is publicly known of its providers. What the catalog itself says of a data policy goes first. */
export function withProviderFacts(catalog: Catalog, { providers }: ProviderFacts): Catalog {
  const known = (provider: Provider): Provider => {
    const facts = Object.hasOwn(providers, provider.slug) ? providers[provider.slug] : undefined
    return facts === undefined ? provider : withFacts(provider, facts)
  }
  return { ...catalog, providers: catalog.providers.map(known) }
}

/** A provider without what is publicly known of it: its address was changed to another host, of which nothing is known. */
export function withoutFacts({
  dataPolicy,
  headquarters,
  regions,
  sources,
  ...provider
}: Provider): Provider {
  return provider
}

function withFacts(provider: Provider, facts: FactsOfProvider): Provider {
  const { training, retention_days: days, zdr_available: zdr, headquarters, regions } = facts
  const dataPolicy = {
    ...(training !== 'unknown' && { training: training.value }),
    ...(days !== 'unknown' && { retentionDays: days.value }),
    ...(zdr !== 'unknown' && { zdrAvailable: zdr.value }),
    ...provider.dataPolicy,
  }
  return {
    ...provider,
    ...(Object.keys(dataPolicy).length > 0 && { dataPolicy }),
    ...(headquarters !== 'unknown' && { headquarters: headquarters.value }),
    ...(regions !== 'unknown' && { regions: regions.value }),
    sources: sourcesOf(facts),
  }
}

function sourcesOf(facts: FactsOfProvider): FactSources {
  const named = Object.entries(facts).flatMap(([name, known]) =>
    known === 'unknown' ? [] : [[name as FactName, { url: known.source, date: known.date }] as const],
  )
  return Object.fromEntries(named)
}
