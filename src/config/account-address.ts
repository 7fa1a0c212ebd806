import type { Environment } from './load.ts'

/** A place in a base URL that an account fills, such as `${DATABRICKS_HOST}`. */
const PLACE = /\$\{(\w+)\}/g

/** A base URL with its `${ACCOUNT}` places filled from the environment; undefined when one of them is not set. */
export function filledIn(url: string, environment: Environment): string | undefined {
  return unsetPlaces(url, environment).length > 0
    ? undefined
    : url.replace(PLACE, (_, name: string) => accountValue(name, environment) ?? '')
}

/** The variables that a base URL still wants. */
export function unsetPlaces(url: string, environment: Environment): string[] {
  const names = [...url.matchAll(PLACE)].map(([, name = '']) => name)
  return [...new Set(names)].filter((name) => accountValue(name, environment) === undefined)
}

/**
 * True when `address`, which the configuration gives, lies on the host that the provider's own address names: then it is
 * still the provider that gets its key. Places in that address stand for one label of a host name each.
 */
export function isOwnHost(address: string, own: string, environment: Environment): boolean {
  const given = new URL(address)
  const filled = filledIn(own, environment)
  if (filled !== undefined && URL.canParse(filled) && new URL(filled).origin === given.origin) return true
  const [, protocol, host = ''] = /^(https?:)\/\/([^/]+)/.exec(own) ?? []
  // A place for a whole host could be anybody's.
  const fixed = /\}(\.[\w-]+){2,}$/.test(host) || !host.includes('$')
  const pattern = host.split(PLACE).map((part, i) => (i % 2 === 0 ? escaped(part) : '[a-z0-9-]+'))
  return fixed && given.protocol === protocol && new RegExp(`^${pattern.join('')}$`).test(given.host)
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** What else a variable of models.dev is called, or follows from. */
const FOLLOWS: Readonly<Record<string, (environment: Environment) => string | undefined>> = {
  AWS_REGION: ({ AWS_DEFAULT_REGION }) => AWS_DEFAULT_REGION,
  GOOGLE_VERTEX_PROJECT: ({ GOOGLE_CLOUD_PROJECT }) => GOOGLE_CLOUD_PROJECT,
  GOOGLE_VERTEX_LOCATION: ({ GOOGLE_CLOUD_LOCATION }) => GOOGLE_CLOUD_LOCATION || 'global',
  GOOGLE_VERTEX_ENDPOINT: (environment) =>
    vertexHost(accountValue('GOOGLE_VERTEX_LOCATION', environment) ?? 'global'),
}

function accountValue(name: string, environment: Environment): string | undefined {
  return environment[name] || FOLLOWS[name]?.(environment) || undefined
}

/** https://docs.cloud.google.com/vertex-ai/generative-ai/docs/learn/locations: global, multi-region and regional hosts. */
function vertexHost(location: string): string {
  if (location === 'global') return 'aiplatform.googleapis.com'
  return /^(us|eu)$/.test(location)
    ? `aiplatform.${location}.rep.googleapis.com`
    : `${location}-aiplatform.googleapis.com`
}
