import type { Provider } from '../market/offer.ts'
import { isOwnHost } from './account-address.ts'
import { cloudLogin } from './cloud-logins.ts'
import { readKeyFile } from './key-file.ts'
import type { StoredKey } from './key-store.ts'
import type { Environment } from './load.ts'
import type { ProviderConfig } from './schema.ts'
import { statedKey } from './stated-key.ts'

/** The keys of a provider, in the order in which they are tried. Secrets: never log them. */
export interface FoundKeys {
  readonly keys: readonly string[]
  /** Where they are from: `OPENAI_API_KEY, OPENAI_API_KEY_2`, `configuration`, `key store`. */
  readonly source: string
  /** Why there is none although one was named. */
  readonly missing?: string
  /** Files to be read again when they change. */
  readonly files?: readonly string[]
  /** What people should know: a key that is there and not used. */
  readonly note?: string
}

export interface KeySources {
  readonly environment: Environment
  readonly stored: readonly StoredKey[]
}

/**
 * The keys of a provider: those that its configuration names; else those of the encrypted store and of its documented
 * variables, which go to the provider's own host only. Undefined when nothing enables it.
 */
export function findKeys(
  slug: string,
  known: Provider | undefined,
  settings: ProviderConfig | undefined,
  { environment, stored }: KeySources,
): FoundKeys | undefined {
  const stated = settings && statedKeys(settings, environment)
  if (stated !== undefined) return stated
  const moved = settings?.base_url
  const own =
    moved === undefined || (known?.baseUrl !== undefined && isOwnHost(moved, known.baseUrl, environment))
  const kept = storedKeys(slug, moved ?? known?.baseUrl, stored)
  const variables = known === undefined ? undefined : environmentKeys(known, settings, environment)
  const found = [kept, ...(own ? [variables] : [])].filter((keys) => keys !== undefined)
  const note = keyNote(slug, own ? undefined : variables, kept === undefined ? stored : [])
  if (found.length > 0) return { ...merged(found), ...note }
  return moved === undefined && settings?.enabled !== true
    ? undefined
    : { keys: [], source: 'configuration', ...note }
}

function statedKeys(settings: ProviderConfig, environment: Environment): FoundKeys | undefined {
  const { key, keys = [], key_env: named = [], key_file: file } = settings
  const written = [...(key === undefined ? [] : [key]), ...keys].map((text) =>
    statedKey({ key: text }, environment),
  )
  const variables = [named].flat().map((name) => statedKey({ key_env: name }, environment))
  const single = [...written, ...variables].flatMap((stated) =>
    stated === undefined ? [] : [{ ...stated, keys: stated.key === undefined ? [] : [stated.key] }],
  )
  const ofFile = file === undefined ? [] : [{ keys: [], source: file, files: [file], ...readKeyFile(file) }]
  const found: FoundKeys[] = [...single, ...ofFile]
  return found.length === 0 ? undefined : merged(found)
}

/** A documented variable and those numbered after it: `OPENAI_API_KEY`, `OPENAI_API_KEY_2`, … */
function environmentKeys(
  known: Provider,
  settings: ProviderConfig | undefined,
  environment: Environment,
): FoundKeys | undefined {
  const login = cloudLogin(settings?.family ?? known.family)
  if (login !== undefined) return login(environment)
  for (const name of known.keyVariables) {
    const names = [
      name,
      ...Object.keys(environment)
        .filter((other) => isNumbered(other, name))
        .sort(byNumber),
    ]
    const set = names.flatMap((variable) => {
      const key = environment[variable]?.trim()
      return key ? [{ key, variable }] : []
    })
    if (set.length > 0)
      return { keys: set.map(({ key }) => key), source: set.map(({ variable }) => variable).join(', ') }
  }
  return undefined
}

function isNumbered(variable: string, name: string): boolean {
  return variable.startsWith(`${name}_`) && /^[1-9]\d?$/.test(variable.slice(name.length + 1))
}

function byNumber(a: string, b: string): number {
  return Number(/\d+$/.exec(a)?.[0]) - Number(/\d+$/.exec(b)?.[0])
}

/** Stored keys of this provider that were stored for the host that its address names now. */
function storedKeys(
  slug: string,
  address: string | undefined,
  stored: readonly StoredKey[],
): FoundKeys | undefined {
  const keys = stored.filter(({ provider, host }) => provider === slug && host === hostOf(address))
  return keys.length === 0 ? undefined : { keys: keys.map(({ key }) => key), source: 'key store' }
}

/** The host of an address, with its places as they are: what a stored key is tied to. */
export function hostOf(address: string | undefined): string {
  return /^https?:\/\/([^/?#]+)/.exec(address ?? '')?.[1]?.toLowerCase() ?? ''
}

function keyNote(
  slug: string,
  unused: FoundKeys | undefined,
  stored: readonly StoredKey[],
): { note?: string } {
  if (unused !== undefined)
    return {
      note: `${unused.source} is not sent to another host than its provider's; name it in providers.${slug}.key_env if it shall be`,
    }
  const elsewhere = stored.find(({ provider }) => provider === slug)
  return elsewhere === undefined
    ? {}
    : {
        note: `the stored key is for ${elsewhere.host} and is not sent to another host: meritorder keys add ${slug}`,
      }
}

/** What several places give, one after the other. What is missing counts only where nothing was found. */
function merged(found: readonly FoundKeys[]): FoundKeys {
  const keys = [...new Set(found.flatMap((one) => one.keys))]
  const missing = found.find((one) => one.missing !== undefined)?.missing
  const files = found.flatMap((one) => one.files ?? [])
  return {
    keys,
    source: [...new Set(found.map(({ source }) => source))].join(', '),
    ...(files.length === 0 ? {} : { files }),
    ...(missing !== undefined && keys.length === 0 ? { missing } : {}),
  }
}
