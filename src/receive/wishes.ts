import type { Limits, PolicyRequest, Selector } from '../decide/policy.ts'
import { type Fields, isObject, wrong } from './fields.ts'

/** Top-level body fields that steer Meritorder and are never sent to an upstream. */
export const STEERING_FIELDS: ReadonlySet<string> = new Set([
  'models',
  'provider',
  'plugins',
  'policy',
  'route',
  'preset',
  'transforms',
  'usage',
  'session_id',
  'trace',
])

/** Names that mean "choose for me": ours and OpenRouter's. */
const AUTO = new Set(['auto', 'meritorder/auto', 'openrouter/auto'])

/**
 * Reads what the caller wants decided, and within which limits, from the body and the `x-meritorder-policy` header.
 * Forms: `model` a slug, `auto`, `auto:<policy>` or a glob; `models` a fallback order (with `auto`: the allowed models);
 * `policy`; OpenRouter's `provider` object and its `auto-router` plugin; and our own limits inside `provider`:
 * `max_cost` (USD per call), `max_latency` (s), `max_carbon` (g CO₂e), `min_quality` (0..1).
 *
 * @throws MeritorderError `invalid_request` naming the field that has a wrong type.
 */
export function readWishes(
  body: Fields,
  policyHeader: string | undefined,
  defaultPolicy: string,
): PolicyRequest {
  const models = readStrings(body.models, 'models')
  const requested = readModel(body.model ?? models?.[0])
  const provider = readObject(body.provider, 'provider')
  const router = autoRouterPlugin(body.plugins)
  const { selector, policy, allowed } = readSelector(requested, models)
  const limits: Mutable<Limits> = {}
  assign(limits, 'allowedModels', readStrings(router.allowed_models, 'plugins[].allowed_models') ?? allowed)
  assign(limits, 'excludedModels', readStrings(router.excluded_models, 'plugins[].excluded_models'))
  assign(limits, 'onlyProviders', readStrings(provider.only, 'provider.only'))
  assign(limits, 'ignoredProviders', readStrings(provider.ignore, 'provider.ignore'))
  assign(limits, 'maxCostUsd', readPositive(provider.max_cost, 'provider.max_cost'))
  const seconds = readPositive(provider.max_latency, 'provider.max_latency')
  assign(limits, 'maxLatencyMs', seconds === undefined ? undefined : seconds * 1000)
  assign(limits, 'maxCarbonGrams', readPositive(provider.max_carbon, 'provider.max_carbon'))
  assign(limits, 'minQuality', readPositive(provider.min_quality, 'provider.min_quality'))
  const order = readStrings(provider.order, 'provider.order')
  return {
    requested,
    selector,
    policy: readPolicyName(body.policy) ?? policyHeader ?? policy ?? defaultPolicy,
    limits,
    ...(order === undefined ? {} : { providerOrder: order }),
    allowFallbacks: readBoolean(provider.allow_fallbacks, 'provider.allow_fallbacks') ?? true,
  }
}

function readSelector(
  requested: string,
  models: readonly string[] | undefined,
): { selector: Selector; policy?: string; allowed?: readonly string[] } {
  if (AUTO.has(requested))
    return { selector: { kind: 'auto' }, ...(models === undefined ? {} : { allowed: models }) }
  if (requested.startsWith('auto:')) {
    const policy = requested.slice('auto:'.length)
    return { selector: { kind: 'auto' }, policy, ...(models === undefined ? {} : { allowed: models }) }
  }
  if (requested.includes('*')) return { selector: { kind: 'auto' }, allowed: [requested, ...(models ?? [])] }
  return { selector: { kind: 'models', models: [...new Set([requested, ...(models ?? [])])] } }
}

function readModel(value: unknown): string {
  if (value === undefined || value === null) return 'auto'
  if (typeof value === 'string' && value !== '' && value.length <= 256) return value
  throw wrong('model', 'a model slug, "auto", "auto:<policy>" or a glob such as "anthropic/*"')
}

function readPolicyName(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value
  throw wrong('policy', 'the name of a policy')
}

/** The settings of OpenRouter's auto-router plugin, or nothing. */
function autoRouterPlugin(value: unknown): Fields {
  if (value === undefined || value === null) return {}
  if (!Array.isArray(value)) throw wrong('plugins', 'an array')
  for (const plugin of value as unknown[]) {
    const fields = readObject(plugin, 'plugins[]')
    if (fields.id === 'auto-router' && fields.enabled !== false) return fields
  }
  return {}
}

function readObject(value: unknown, field: string): Fields {
  if (value === undefined || value === null) return {}
  if (isObject(value)) return value
  throw wrong(field, 'an object')
}

/** At most this many names in one list, as OpenRouter allows. */
const MAX_NAMES = 1024

function readStrings(value: unknown, field: string): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined
  if (
    Array.isArray(value) &&
    value.length <= MAX_NAMES &&
    value.every((item) => typeof item === 'string' && item !== '')
  )
    return value.length === 0 ? undefined : (value as string[])
  throw wrong(field, `an array of at most ${MAX_NAMES} names`)
}

function readPositive(value: unknown, field: string): number | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
  throw wrong(field, 'a number of at least 0')
}

function readBoolean(value: unknown, field: string): boolean | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'boolean') return value
  throw wrong(field, 'true or false')
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** Sets a property only when there is a value, as exact optional properties want it. */
function assign<K extends keyof Limits>(limits: Mutable<Limits>, key: K, value: Limits[K] | undefined): void {
  if (value !== undefined) limits[key] = value
}
