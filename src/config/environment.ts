import type { Provider } from '../market/offer.ts'
import type { Environment } from './load.ts'
import type { Config, ProviderConfig } from './schema.ts'
import { type StatedKey, statedKey } from './stated-key.ts'

/** A place in a base URL that an account fills, such as `${DATABRICKS_HOST}`. */
const PLACE = /\$\{(\w+)\}/g

/** A provider that can be called, with its key and where the key was found. The key is a secret: never log it. */
export interface EnabledProvider {
  readonly provider: Provider
  /** Absent for hosts that need none. */
  readonly key?: string
  /** What enabled it: `OPENAI_API_KEY`, `configuration`, or for a server on this machine its address. */
  readonly source: string
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
  environment: Environment,
): FoundProviders {
  const enabled: EnabledProvider[] = []
  const unusable: UnusableProvider[] = []
  const slugs = new Set([...known.map(({ slug }) => slug), ...Object.keys(config.providers)])
  const bySlug = new Map(known.map((provider) => [provider.slug, provider]))
  for (const slug of slugs) {
    const settings = config.providers[slug]
    if (settings?.enabled === false) continue
    const found = findKey(bySlug.get(slug), settings, environment)
    if (found === undefined) continue
    const described = describe(slug, bySlug.get(slug), settings, environment)
    const reason = found.missing ?? obstacle(described, bySlug.get(slug)?.baseUrl, environment)
    if (reason === undefined) {
      enabled.push({ provider: described, source: found.source, ...(found.key && { key: found.key }) })
    } else {
      unusable.push({ slug, source: found.source, reason })
    }
  }
  return { enabled, unusable }
}

function findKey(
  known: Provider | undefined,
  settings: ProviderConfig | undefined,
  environment: Environment,
): StatedKey | undefined {
  const stated = settings && statedKey(settings, environment)
  if (stated !== undefined) return stated
  for (const name of known?.keyVariables ?? []) {
    const key = environment[name]?.trim()
    if (key) return { key, source: name }
  }
  return settings?.base_url === undefined && settings?.enabled !== true
    ? undefined
    : { source: 'configuration' }
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
  const baseUrl = settings?.base_url?.replace(/\/+$/, '') ?? filledIn(knownUrl, environment)
  return {
    ...rest,
    ...(settings?.name !== undefined && { name: settings.name }),
    ...(settings?.family !== undefined && { family: settings.family }),
    ...(baseUrl !== undefined && { baseUrl }),
  }
}

/** A base URL with `${ACCOUNT}` places filled from the environment; undefined when one of them is not set. */
function filledIn(url: string | undefined, environment: Environment): string | undefined {
  let complete = true
  const filled = url?.replace(PLACE, (_, name: string) => {
    const value = environment[name]
    if (!value) complete = false
    return value ?? ''
  })
  return complete ? filled : undefined
}

function obstacle(
  { slug, family, baseUrl }: Provider,
  knownUrl: string | undefined,
  environment: Environment,
): string | undefined {
  if (family === 'unsupported') return 'its API is not supported yet'
  if (baseUrl !== undefined || family !== 'openai-compatible') return undefined
  const unset = [...(knownUrl ?? '').matchAll(PLACE)]
    .map(([, name = '']) => name)
    .filter((name) => !environment[name])
  const variables = unset.length > 0 ? `set ${unset.join(' and ')}, or ` : 'set '
  return `its address depends on your account: ${variables}providers.${slug}.base_url in meritorder.yaml`
}
