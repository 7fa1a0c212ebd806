import type { Catalog, Model } from '../market/offer.ts'
import { modelOffers } from './model-offers.ts'
import { indexNames, type Meaning, type NameIndex, readName } from './names.ts'
import type { QualityPrior } from './quality-artifact.ts'
import { compileQuality, type KnownOutcomes, type QualityTable } from './quality-table.ts'

/** The whole catalog, whatever of it can be bought now. */
export interface Everything {
  readonly catalog: Catalog
  /** What a name means anywhere in the catalog. Indexed when first asked: only refusals and comparisons need it. */
  readonly meaningOf: (name: string) => Meaning
  /** Ratings of one of its models, the only row; laid out when first asked for. */
  readonly quality: (model: Model) => QualityTable
}

/** A catalog and what names mean in it. */
export function lazilyIndexed(catalog: Catalog): Omit<Everything, 'quality'> {
  let index: ReturnType<typeof indexCatalog> | undefined
  return {
    catalog,
    meaningOf: (name) => {
      index ??= indexCatalog(catalog)
      const { names, model } = index
      return readName(name, names, (e) => model[e]!)
    },
  }
}

/** Ratings of the models of a catalog, each laid out when first asked for. */
export function lazilyRated(
  catalog: Catalog,
  prior: QualityPrior,
  outcomes: KnownOutcomes | undefined,
): Everything['quality'] {
  const ratings = new Map<string, QualityTable>()
  return (model) => {
    const { slug } = model
    const known = ratings.get(slug)
    if (known !== undefined) return known
    const offers = modelOffers(catalog.endpoints.filter((e) => e.model === slug))
    const rated = compileQuality([model], prior, offers, outcomes)
    ratings.set(slug, rated)
    return rated
  }
}

function indexCatalog({ models, endpoints }: Catalog): {
  readonly names: NameIndex
  readonly model: Int32Array
} {
  const rows = new Map(models.map(({ slug }, m) => [slug, m]))
  const known = endpoints.filter(({ model }) => rows.has(model))
  const model = Int32Array.from(known, (endpoint) => rows.get(endpoint.model)!)
  return { names: indexNames(models, known, model), model }
}
