import type { Endpoint } from '../../market/offer.ts'

/** List prices of an endpoint, exact decimal USD per token. */
export interface ListPrice {
  readonly prompt: string
  readonly completion: string
}

export interface PriceChange {
  readonly endpoint: string
  readonly model: string
  readonly before: ListPrice
  readonly since: ListPrice
}

/** The list price of each endpoint that states one, by its id. */
export function listPrices(endpoints: readonly Endpoint[]): ReadonlyMap<string, ListPrice> {
  return new Map(
    endpoints.flatMap(({ id, price }) =>
      price === undefined ? [] : [[id, { prompt: price.prompt, completion: price.completion }]],
    ),
  )
}

/** The endpoints that were offered at another price before; prices that are only written otherwise are the same. */
export function priceChanges(
  before: ReadonlyMap<string, ListPrice>,
  endpoints: readonly Endpoint[],
): readonly PriceChange[] {
  const now = listPrices(endpoints)
  return endpoints.flatMap(({ id, model }) => {
    const [old, since] = [before.get(id), now.get(id)]
    if (old === undefined || since === undefined || isSame(old, since)) return []
    return [{ endpoint: id, model, before: old, since }]
  })
}

function isSame(a: ListPrice, b: ListPrice): boolean {
  return Number(a.prompt) === Number(b.prompt) && Number(a.completion) === Number(b.completion)
}
