import type { Provider } from '../market/offer.ts'
import { filledIn, unsetPlaces } from './account-address.ts'
import type { Environment } from './load.ts'
import { findKeys, type KeySources } from './provider-keys.ts'
import type { Config, ProviderConfig } from './schema.ts'

/** A provider that can be called, with its keys and where they were found. */
export interface EnabledProvider {
  readonly provider: Provider
  /** Empty for hosts that need none. Secrets: never log them. */
  readonly keys: readonly string[]
  /** What enabled it: `OPENAI_API_KEY`, `configuration`, or for a server on this machine its address. */
  readonly source: string
  /** Files that the keys were read from. */
  readonly keyFiles?: readonly string[]
  /** What people should know about its keys. */
  readonly note?: string
}

/** A provider that was asked for but cannot be called, and what is missing. */
export interface UnusableProvider {
  readonly slug: string
  readonly source: string
  readonly reason: string
}

export interface FoundProviders {
  readonly enabled: readonly EnabledProvider[]
  readonly unusable: readonly UnusableProvider[]
}

/**
 * Every provider that the environment or the configuration enables: known ones whose documented key variable is
 * set, and those that `providers` describes. `enabled: false` in the configuration always wins.
 */
export function enabledProviders(
  known: readonly Provider[],
  config: Config,
  sources: KeySources,
): FoundProviders {
  const { environment } = sources
  const enabled: EnabledProvider[] = []
  const unusable: UnusableProvider[] = []
  const slugs = new Set([...known.map(({ slug }) => slug), ...Object.keys(config.providers)])
  const bySlug = new Map(known.map((provider) => [provider.slug, provider]))
  for (const slug of slugs) {
    const settings = config.providers[slug]
    if (settings?.enabled === false) continue
    const found = findKeys(slug, bySlug.get(slug), settings, sources)
    if (found === undefined) continue
    const described = describe(slug, bySlug.get(slug), settings, environment)
    const reason = found.missing ?? obstacle(described, bySlug.get(slug)?.baseUrl, environment)
    if (reason === undefined) {
      const { keys, source, files, note } = found
      enabled.push({
        provider: described,
        source,
        keys,
        ...(files && { keyFiles: files }),
        ...(note !== undefined && { note }),
      })
    } else {
      unusable.push({ slug, source: found.source, reason })
    }
  }
  return { enabled, unusable }
}

function describe(
  slug: string,
  known: Provider | undefined,
  settings: ProviderConfig | undefined,
  environment: Environment,
): Provider {
  const { baseUrl: knownUrl, ...rest } = known ?? {
    slug,
    name: slug,
    family: 'openai-compatible' as const,
    keyVariables: [],
  }
  const baseUrl = settings?.base_url?.replace(/\/+$/, '') ?? (knownUrl && filledIn(knownUrl, environment))
  return {
    ...rest,
    ...(settings?.name !== undefined && { name: settings.name }),
    ...(settings?.family !== undefined && { family: settings.family }),
    ...(baseUrl !== undefined && { baseUrl }),
  }
}

function obstacle(
  { slug, family, baseUrl }: Provider,
  knownUrl: string | undefined,
  environment: Environment,
): string | undefined {
  if (family === 'unsupported') return 'its API is not supported yet'
  if (baseUrl !== undefined) return undefined
  // The families with one host of their own know its address.
  if (knownUrl === undefined && family !== 'openai-compatible') return undefined
  const unset = unsetPlaces(knownUrl ?? '', environment)
  const variables = unset.length > 0 ? `set ${unset.join(' and ')}, or ` : 'set '
  return `its address depends on your account: ${variables}providers.${slug}.base_url in meritorder.yaml`
}
