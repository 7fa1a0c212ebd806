import type { Catalog } from './offer.ts'

/** What a catalog holds, in numbers. */
export interface CatalogFacts {
  readonly providers: number
  readonly models: number
  readonly endpoints: number
  /** Models that two or more providers sell. */
  readonly shared_models: number
  /** Endpoints whose model another provider sells too. */
  readonly endpoints_of_shared_models: number
  readonly endpoints_with_price: number
  /** Endpoints in a supported wire family with an address. */
  readonly endpoints_callable: number
  readonly endpoints_callable_with_price: number
  /** Providers with at least one callable endpoint. */
  readonly providers_callable: number
  readonly models_with_size: number
}

/** Counts what a catalog holds. */
export function describeCatalog({ providers, models, endpoints }: Catalog): CatalogFacts {
  const sellers = new Map<string, Set<string>>()
  for (const { model, provider } of endpoints)
    sellers.set(model, (sellers.get(model) ?? new Set()).add(provider))
  const isShared = (model: string) => (sellers.get(model)?.size ?? 0) > 1
  const hosts = new Map(providers.map((provider) => [provider.slug, provider]))
  const callable = endpoints.filter(({ provider, family, baseUrl }) => {
    const host = hosts.get(provider)
    return (family ?? host?.family) !== 'unsupported' && (baseUrl ?? host?.baseUrl) !== undefined
  })
  return {
    providers: providers.length,
    models: models.length,
    endpoints: endpoints.length,
    shared_models: [...sellers.keys()].filter(isShared).length,
    endpoints_of_shared_models: endpoints.filter(({ model }) => isShared(model)).length,
    endpoints_with_price: endpoints.filter(({ price }) => price !== undefined).length,
    endpoints_callable: callable.length,
    endpoints_callable_with_price: callable.filter(({ price }) => price !== undefined).length,
    providers_callable: new Set(callable.map(({ provider }) => provider)).size,
    models_with_size: models.filter(({ activeParameters }) => activeParameters !== undefined).length,
  }
}
