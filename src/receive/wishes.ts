import type { Limits, PolicyRequest, Selector } from '../decide/policy.ts'
import { MeritorderError } from '../errors.ts'
import { defined, type Fields, optional, readBoolean, readObject, wrong } from './fields.ts'
import { readAutoRouter } from './wishes/auto-router.ts'
import type { Dial } from './wishes/dial.ts'
import { readAmount, readNames } from './wishes/limit-values.ts'
import { readMartian } from './wishes/martian.ts'
import { readNotDiamond } from './wishes/not-diamond.ts'
import { readRouteLlm } from './wishes/route-llm.ts'
import { readSentPolicy } from './wishes/sent-policy.ts'

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
  'max_cost',
  'willingness_to_pay',
  'routing_constraint',
  'tradeoff',
  'cost_quality_tradeoff',
])

/** Names that mean "choose for me": ours, OpenRouter's and Martian's. */
const AUTO = new Set(['auto', 'meritorder/auto', 'openrouter/auto', 'router'])

/**
 * Reads what the caller wants decided, and within which limits, from the body and the `x-meritorder-policy` header.
 * Forms: `model` a slug, `auto`, `auto:<policy>` or a glob; `models` a fallback order (with `auto`: the allowed models);
 * `policy`, a name or a whole policy; OpenRouter's `provider` object; our own limits inside `provider`: `max_cost` (USD
 * per call), `max_latency` (s), `max_carbon` (g CO₂e), `min_quality` (0..1); and the trade-offs of other routers, each
 * in its file under `wishes/`.
 *
 * @throws MeritorderError `invalid_request` naming the field that has a wrong type or value, or that contradicts another.
 */
export function readWishes(
  body: Fields,
  policyHeader: string | undefined,
  defaultPolicy: string,
): PolicyRequest {
  const models = optional(readNames, body.models, 'models')
  const requested = readModel(body.model ?? models?.[0])
  const provider = optional(readObject, body.provider, 'provider') ?? {}
  const router = readAutoRouter(body.plugins)
  const martian = readMartian(body)
  const sent = optional(readSentPolicy, body.policy, 'policy')
  const { selector, dial, allowed } = readSelector(requested, models)
  const others = [...router.dials, ...martian.dials, ...readNotDiamond(body)]
  const dials = [...(sent ? [sent] : []), ...(dial && !overruled(dial, sent) ? [dial] : []), ...others]
  const order = optional(readNames, provider.order, 'provider.order')
  const limits = providerLimits(provider)
  return {
    requested,
    selector,
    policy: oneOf(dials)?.policy ?? policyHeader ?? defaultPolicy,
    limits: defined({
      allowedModels: allowed,
      ...router.limits,
      ...limits,
      maxCostUsd: lower(limits.maxCostUsd, martian.maxCostUsd),
    }),
    ...(order === undefined ? {} : { providerOrder: order }),
    allowFallbacks: optional(readBoolean, provider.allow_fallbacks, 'provider.allow_fallbacks') ?? true,
  }
}

function providerLimits(provider: Fields): Limits {
  const seconds = optional(readAmount, provider.max_latency, 'provider.max_latency')
  return defined({
    onlyProviders: optional(readNames, provider.only, 'provider.only'),
    ignoredProviders: optional(readNames, provider.ignore, 'provider.ignore'),
    maxCostUsd: optional(readAmount, provider.max_cost, 'provider.max_cost'),
    maxLatencyMs: seconds === undefined ? undefined : seconds * 1000,
    maxCarbonGrams: optional(readAmount, provider.max_carbon, 'provider.max_carbon'),
    minQuality: optional(readAmount, provider.min_quality, 'provider.min_quality'),
  })
}

function lower(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b)
}

interface Selected {
  readonly selector: Selector
  /** What the model's name says about how to choose. */
  readonly dial?: Dial
  readonly allowed?: readonly string[]
}

function readSelector(requested: string, models: readonly string[] | undefined): Selected {
  const choose = { selector: { kind: 'auto' as const }, ...(models === undefined ? {} : { allowed: models }) }
  if (AUTO.has(requested)) return choose
  if (requested.startsWith('auto:'))
    return { ...choose, dial: { field: 'model', policy: requested.slice('auto:'.length) } }
  const dial = readRouteLlm(requested)
  if (dial !== undefined) return { ...choose, dial }
  if (requested.includes('*')) return { selector: { kind: 'auto' }, allowed: [requested, ...(models ?? [])] }
  return { selector: { kind: 'models', models: [...new Set([requested, ...(models ?? [])])] } }
}

function readModel(value: unknown): string {
  if (value === undefined || value === null) return 'auto'
  if (typeof value === 'string' && value !== '' && value.length <= 256) return value
  throw wrong('model', 'a model slug, "auto", "auto:<policy>" or a glob such as "anthropic/*"')
}

/** `auto:<policy>` is often what an application has built in: `policy` beside it wins. */
function overruled(dial: Dial, sent: Dial | undefined): boolean {
  return sent !== undefined && typeof dial.policy === 'string'
}

/** A call is under one policy: two trade-offs contradict each other, even when they would agree. */
function oneOf([first, second]: readonly Dial[]): Dial | undefined {
  if (first === undefined || second === undefined) return first
  throw new MeritorderError(
    'invalid_request',
    `${second.field} contradicts ${first.field}: each says how to trade quality against cost. Send one of them.`,
    { limit: second.field },
  )
}
