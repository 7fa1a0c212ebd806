import { existsSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { MeritorderError } from '../errors.ts'
import { type CatalogFacts, describeCatalog } from './catalog-facts.ts'
import { readCatalog, writeCatalog } from './catalog-file.ts'
import { catalogFromModelsDev } from './models-dev.ts'
import type { ModelsDevProvider } from './models-dev-schema.ts'
import type { Catalog } from './offer.ts'

/** Where models.dev publishes its catalog. */
export const MODELS_DEV_URL = 'https://models.dev/api.json'

const MAX_BYTES = 50 * 1024 * 1024
const TIMEOUT_MS = 30_000

export interface RefreshOptions {
  /** An `https:` address, `http:` on this machine only, `file:`, or a path. */
  readonly source: string
  /** The catalog file to replace. */
  readonly target: string
  /** The shipped catalog: it knows models and sizes that `api.json` does not tell, and is what a first refresh replaces. */
  readonly shipped: Catalog
  /** Hosts that the source does not list. */
  readonly unlisted: Readonly<Record<string, ModelsDevProvider>>
  /** Epoch ms; dates the new catalog. */
  readonly now: number
  readonly fetch?: typeof globalThis.fetch
}

/** What a refresh brought. Endpoint ids, sorted. */
export interface RefreshReport {
  readonly version: string
  readonly previousVersion: string
  readonly counts: CatalogFacts
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly priceChanged: readonly string[]
}

/**
 * Fetches models.dev's `api.json` (or reads a file of either of its forms), converts it and replaces the target
 * file in one step. When anything is wrong the target stays as it was.
 *
 * @throws MeritorderError `invalid_request` for a source that may not be read, `provider_unavailable` when it cannot be
 * fetched, `timeout` after 30 s, `payload_too_large` above 50 MB, `unprocessable` when it is no models.dev catalog.
 */
export async function refreshCatalog(options: RefreshOptions): Promise<RefreshReport> {
  const { source, target, shipped, unlisted, now, fetch = globalThis.fetch } = options
  const url = addressOf(source)
  const text = url === undefined ? readSource(source) : await download(url, fetch)
  const previous = existsSync(target) ? readCatalog(target) : shipped
  const catalog = catalogFromModelsDev(jsonOf(text, source), {
    version: `models.dev ${new Date(now).toISOString().slice(0, 10)}`,
    known: shipped,
    unlisted,
  })
  if (catalog.endpoints.every(({ provider }) => Object.hasOwn(unlisted, provider)))
    throw new MeritorderError(
      'unprocessable',
      `${source} lists no model at any provider; nothing was changed.`,
    )
  writeCatalog(target, catalog)
  return {
    version: catalog.version,
    previousVersion: previous.version,
    counts: describeCatalog(catalog),
    ...difference(previous, catalog),
  }
}

/** The address to fetch; undefined for a path or a `file:` address. */
function addressOf(source: string): URL | undefined {
  if (!/^[a-z][a-z0-9+.-]+:/i.test(source) || source.startsWith('file:')) return undefined
  const url = URL.canParse(source) ? new URL(source) : undefined
  const onThisMachine = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url?.hostname ?? '')
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && onThisMachine)) return url
  throw new MeritorderError(
    'invalid_request',
    `The catalog's source must be an https address, http on this machine, or a file; got ${JSON.stringify(source)}.`,
  )
}

function readSource(source: string): string {
  try {
    const path = source.startsWith('file:') ? fileURLToPath(source) : source
    if (statSync(path).size > MAX_BYTES) throw tooLarge(source)
    return readFileSync(path, 'utf8')
  } catch (cause) {
    if (cause instanceof MeritorderError) throw cause
    throw new MeritorderError('invalid_request', `The file ${source} cannot be read: ${messageOf(cause)}`, {
      cause,
    })
  }
}

async function download(url: URL, fetch: typeof globalThis.fetch): Promise<string> {
  try {
    // A redirect could lead to another machine or protocol than the one that was allowed.
    const reply = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) })
    if (!reply.ok || reply.body === null) {
      const reason = `${url.origin} answered ${reply.status}; the catalog was not changed. Try again later.`
      throw new MeritorderError('provider_unavailable', reason)
    }
    const chunks: Uint8Array[] = []
    let bytes = 0
    for await (const chunk of reply.body) {
      bytes += chunk.byteLength
      if (bytes > MAX_BYTES) throw tooLarge(url.href)
      chunks.push(chunk)
    }
    return Buffer.concat(chunks).toString('utf8')
  } catch (cause) {
    if (cause instanceof MeritorderError) throw cause
    if (cause instanceof Error && cause.name === 'TimeoutError')
      throw new MeritorderError('timeout', `${url.origin} did not deliver the catalog within 30 s.`, {
        cause,
      })
    throw new MeritorderError(
      'provider_unavailable',
      `${url.origin} cannot be reached: ${messageOf(cause)}`,
      {
        cause,
      },
    )
  }
}

function tooLarge(source: string): MeritorderError {
  return new MeritorderError(
    'payload_too_large',
    `${source} is larger than 50 MB: this is no models.dev catalog.`,
  )
}

function jsonOf(text: string, source: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new MeritorderError('unprocessable', `${source} is no JSON: ${messageOf(cause)}`, { cause })
  }
}

function difference(
  before: Catalog,
  after: Catalog,
): Pick<RefreshReport, 'added' | 'removed' | 'priceChanged'> {
  const old = new Map(before.endpoints.map((endpoint) => [endpoint.id, endpoint]))
  const fresh = new Set(after.endpoints.map(({ id }) => id))
  const ids = (endpoints: Catalog['endpoints']) => endpoints.map(({ id }) => id).sort()
  return {
    added: ids(after.endpoints.filter(({ id }) => !old.has(id))),
    removed: ids(before.endpoints.filter(({ id }) => !fresh.has(id))),
    priceChanged: ids(
      after.endpoints.filter(({ id, price }) => {
        const previous = old.get(id)
        return previous !== undefined && JSON.stringify(previous.price) !== JSON.stringify(price)
      }),
    ),
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message
}
