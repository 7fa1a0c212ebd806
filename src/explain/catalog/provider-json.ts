import type { FactName, Provider } from '../../market/offer.ts'
import { isCountry } from '../../market/places.ts'

/** A host as `GET /providers` lists it: OpenRouter's fields, null where nothing is known, and each fact with its source. */
export function providerJson(provider: Provider) {
  const { slug, name, headquarters, regions } = provider
  // OpenRouter's schema has countries only; a host that says no more than EU has none to list.
  const datacenters = regions?.every(isCountry) === true ? regions : null
  return {
    slug,
    name,
    privacy_policy_url: null,
    terms_of_service_url: null,
    status_page_url: null,
    headquarters: headquarters ?? null,
    datacenters,
    ...factsJson(provider),
  }
}

/** What is known of a host, each fact with its public source; and whether zero data retention is agreed with it. */
export function factsJson({ dataPolicy = {}, headquarters, regions, sources = {} }: Provider) {
  const fact = (of: FactName, value: unknown) => ({
    value: value ?? 'unknown',
    source: sources[of]?.url ?? null,
    date: sources[of]?.date ?? null,
  })
  return {
    facts: {
      training: fact('training', dataPolicy.training),
      retention_days: fact('retention_days', dataPolicy.retentionDays),
      zdr_available: fact('zdr_available', dataPolicy.zdrAvailable),
      headquarters: fact('headquarters', headquarters),
      regions: fact('regions', regions),
    },
    zdr: dataPolicy.zdr ?? false,
  }
}
