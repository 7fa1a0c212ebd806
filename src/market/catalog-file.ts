import { readFileSync } from 'node:fs'
import { MeritorderError } from '../errors.ts'
import { replaceFile } from '../files/replace-file.ts'
import { parseCatalog } from './catalog.ts'
import type { Catalog } from './offer.ts'

/**
 * Reads a catalog file.
 *
 * @throws MeritorderError `not_found` when it cannot be read, `unprocessable` when it is no catalog.
 */
export function readCatalog(path: string): Catalog {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new MeritorderError('not_found', `The catalog ${path} cannot be read: ${messageOf(cause)}`, {
      cause,
    })
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new MeritorderError('unprocessable', `The catalog ${path} is no JSON: ${messageOf(cause)}`, {
      cause,
    })
  }
  return parseCatalog(value, path)
}

/** A catalog as text: JSON with one provider, model or endpoint a line, so that two versions can be compared. */
export function formatCatalog({ version, providers, models, endpoints }: Catalog): string {
  const lines = (values: readonly unknown[]) =>
    `[\n${values.map((value) => JSON.stringify(value)).join(',\n')}\n]`
  return `{"version":${JSON.stringify(version)},
"providers":${lines(providers)},
"models":${lines(models)},
"endpoints":${lines(endpoints)}}
`
}

/** Writes a catalog file so that a reader finds the old one or the new one, whole, even after a power cut. */
export function writeCatalog(path: string, catalog: Catalog): void {
  replaceFile(path, formatCatalog(catalog))
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
