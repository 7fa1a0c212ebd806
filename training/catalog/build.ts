/**
 * Builds `artifacts/catalog.json` and its card from models.dev's snapshot:
 *
 *     node training/catalog/build.ts [--data DIR] [--out DIR]
 *
 * DIR holds `catalog-models-dev.json` and `model-parameters.json` (default: $MERITORDER_DATA, else ../shared/data).
 * The same data give the same bytes.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { describeCatalog } from '../../src/market/catalog-facts.ts'
import { formatCatalog, writeCatalog } from '../../src/market/catalog-file.ts'
import { catalogFromModelsDev } from '../../src/market/models-dev.ts'
import { UNLISTED_HOSTS } from '../../src/market/unlisted-hosts.ts'
import { readData } from '../data-folder.ts'

const { values } = parseArgs({
  options: { data: { type: 'string' }, out: { type: 'string', default: 'artifacts' } },
})

const snapshot = readData('catalog-models-dev.json', values.data)
const date = /\d{4}-\d\d-\d\d/.exec(sourceOf(snapshot))?.[0]
if (date === undefined)
  throw new Error('catalog-models-dev.json: "source" must name the date of the snapshot')

const catalog = catalogFromModelsDev(snapshot, {
  version: `models.dev ${date}`,
  unlisted: UNLISTED_HOSTS,
  sizes: readData('model-parameters.json', values.data),
})
const card = {
  artifact: 'catalog.json',
  version: catalog.version,
  date,
  sources: [
    {
      name: 'models.dev',
      url: 'https://github.com/anomalyco/models.dev',
      licence: 'MIT',
      used: 'offers and prices',
    },
    {
      name: 'EcoLogits',
      url: 'https://github.com/genai-impact/ecologits',
      licence: 'MPL-2.0',
      used: 'figures of model sizes',
    },
    { name: 'model cards on Hugging Face', used: 'sizes of open mixtures of experts' },
  ],
  made_with: 'node training/catalog/build.ts',
  bytes: Buffer.byteLength(formatCatalog(catalog)),
  ...describeCatalog(catalog),
}
writeCatalog(join(values.out, 'catalog.json'), catalog)
writeFileSync(join(values.out, 'catalog.card.json'), `${JSON.stringify(card, null, 2)}\n`)
console.log(JSON.stringify(card, null, 2))

function sourceOf(value: unknown): string {
  return typeof value === 'object' && value !== null && 'source' in value ? String(value.source) : ''
}
