import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseQualityArtifact, type QualityPrior } from './decide/quality-artifact.ts'
import { MeritorderError } from './errors.ts'
import { type LoadedPredictor, parsePredictor } from './learned/predictor-file.ts'
import { liveVersion, predictorPath, readPredictorChanges } from './learned/predictor-store.ts'
import { readCatalog } from './market/catalog-file.ts'
import type { Catalog } from './market/offer.ts'
import { parseProviderFacts, withProviderFacts } from './market/provider-facts.ts'
import { type IntentArtifact, parseIntentArtifact } from './understand/artifact.ts'

/** The fitted files and facts that the program works with. All but the predictor ship with it. */
export interface Artifacts {
  readonly catalog: Catalog
  readonly quality: QualityPrior
  readonly intents: IntentArtifact
  readonly predictor: PredictorFound
}

/** The predictor in force in the data folder, if there is one; or why it cannot be used, in which case the ratings alone decide. */
export interface PredictorFound {
  readonly predictor?: LoadedPredictor
  readonly refusal?: MeritorderError
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
 * @param embedder name of the outside embedder in use, if any; a predictor that was fitted with another is refused
 * @throws MeritorderError `server` naming the file that is missing, truncated, foreign or too new.
 */
export function loadArtifacts(dataFolder?: string, embedder?: string): Artifacts {
  const intents = loadIntents()
  return {
    catalog: loadCatalog(dataFolder),
    quality: parseQualityArtifact(JSON.parse(readFileSync(shipped('quality.json'), 'utf8'))),
    intents,
    predictor: dataFolder === undefined ? {} : findPredictor(dataFolder, intents, embedder),
  }
}

/** Reads a predictor. Throws as `parsePredictor` does, and `server` for a file that is not there. */
export function loadPredictor(path: string, intents: IntentArtifact, embedder?: string): LoadedPredictor {
  return parsePredictor(readExisting(path), intents.version, embedder)
}

function readExisting(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
    throw new MeritorderError('server', `The predictor ${path} is not there.`, {
      limit: 'predictor',
      cause,
    })
  }
}

/** Reads the predictor in force, where one is. Never throws for what it holds: an upgrade may not stop a gateway. */
export function findPredictor(
  dataFolder: string,
  intents: IntentArtifact,
  embedder?: string,
): PredictorFound {
  try {
    const version = liveVersion(readPredictorChanges(dataFolder))
    return version === undefined
      ? {}
      : { predictor: loadPredictor(predictorPath(dataFolder, version), intents, embedder) }
  } catch (error) {
    if (error instanceof MeritorderError) return { refusal: error }
    throw error
  }
}

/** The intent classifier alone. Throws as `loadArtifacts` does. */
export function loadIntents(): IntentArtifact {
  return parseIntentArtifact(readFileSync(shipped('intents.bin')))
}

/** The catalog alone, the newer one of the shipped and the refreshed, with what is known of its providers. Throws as `loadArtifacts` does. */
export function loadCatalog(dataFolder?: string): Catalog {
  const facts = parseProviderFacts(JSON.parse(readFileSync(shipped('provider-facts.json'), 'utf8')))
  return withProviderFacts(readCatalog(catalogPath(dataFolder)), facts)
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
