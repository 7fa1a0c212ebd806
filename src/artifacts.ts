import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseQualityArtifact, type QualityPrior } from './decide/quality-artifact.ts'
import { readCatalog } from './market/catalog-file.ts'
import type { Catalog } from './market/offer.ts'
import { type IntentArtifact, parseIntentArtifact } from './understand/artifact.ts'

/** The fitted files and facts that ship with the program. */
export interface Artifacts {
  readonly catalog: Catalog
  readonly quality: QualityPrior
  readonly intents: IntentArtifact
}

/** `artifacts/` of the package: beside `src` in the repository, beside `dist` when installed. */
export const ARTIFACTS_FOLDER = fileURLToPath(new URL('../artifacts/', import.meta.url))

/** Where `meritorder models refresh` keeps a newer catalog. */
export function refreshedCatalogPath(dataFolder: string): string {
  return join(dataFolder, 'catalog.json')
}

/**
 * Reads the shipped artifacts; a refreshed catalog in the data folder wins when it is newer than the shipped one.
 *
 * @throws MeritorderError `server` naming the file that is missing, truncated, foreign or too new.
 */
export function loadArtifacts(dataFolder?: string): Artifacts {
  return {
    catalog: loadCatalog(dataFolder),
    quality: parseQualityArtifact(JSON.parse(readFileSync(shipped('quality.json'), 'utf8'))),
    intents: loadIntents(),
  }
}

/** The intent classifier alone. Throws as `loadArtifacts` does. */
export function loadIntents(): IntentArtifact {
  return parseIntentArtifact(readFileSync(shipped('intents.bin')))
}

/** The catalog alone: the newer one of the shipped and the refreshed. Throws as `loadArtifacts` does. */
export function loadCatalog(dataFolder?: string): Catalog {
  return readCatalog(catalogPath(dataFolder))
}

function catalogPath(dataFolder: string | undefined): string {
  const own = shipped('catalog.json')
  if (dataFolder === undefined) return own
  const refreshed = refreshedCatalogPath(dataFolder)
  return existsSync(refreshed) && statSync(refreshed).mtimeMs > statSync(own).mtimeMs ? refreshed : own
}

function shipped(name: string): string {
  return join(ARTIFACTS_FOLDER, name)
}
