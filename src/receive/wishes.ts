import type { PolicyRequest, Selector, SortBy } from '../decide/policy.ts'
import { MeritorderError } from '../errors.ts'
import {
  defined,
  type Fields,
  optional,
  type Reader,
  readArray,
  readObject,
  readString,
  wrong,
} from './fields.ts'
import { readAutoRouter } from './wishes/auto-router.ts'
import type { Dial } from './wishes/dial.ts'
import { readNames } from './wishes/limit-values.ts'
import { readMartian } from './wishes/martian.ts'
import { readNotDiamond } from './wishes/not-diamond.ts'
import { cannot, readCompression, readPlugins } from './wishes/plugins.ts'
import { readProvider } from './wishes/provider.ts'
import { refuseUnserved } from './wishes/refused-fields.ts'
import { readRouteLlm } from './wishes/route-llm.ts'
import { readSentPolicy } from './wishes/sent-policy.ts'

/** Top-level body fields that steer Meritorder and are never sent to an upstream. */
export const STEERING_FIELDS: ReadonlySet<string> = new Set([
  'models',
  'fallbacks',
  'provider',
  'plugins',
  'policy',
  'route',
  'preset',
  'transforms',
  'usage',
  'session_id',
  'trace',
  'debug',
  'stop_server_tools_when',
  'max_cost',
  'willingness_to_pay',
  'routing_constraint',
  'tradeoff',
  'cost_quality_tradeoff',
])

/** Names that mean "choose for me": ours, OpenRouter's and Martian's. */
const AUTO = new Set(['auto', 'meritorder/auto', 'openrouter/auto', 'openrouter/auto-beta', 'router'])

/** Routers of OpenRouter's that have no counterpart here. */
const OTHER_ROUTERS = /^openrouter\/(pareto-code|fusion|fusion-flash|bodybuilder)$/

/** What the name of a model asks for besides the model. */
const SORTS: Readonly<Record<string, SortBy>> = { nitro: 'throughput', floor: 'price', exacto: 'exacto' }

/**
 * Reads what the caller wants decided, and within which limits, from the body and the `x-meritorder-policy` header.
 * Forms: `model` a slug, `auto`, `auto:<policy>` or a glob; `models` (Anthropic's clients: `fallbacks`) a fallback order
 * (with `auto`: the allowed models); `policy`, a name or a whole policy; OpenRouter's `provider` object and `plugins`; and
 * the trade-offs of other routers, each in its file under `wishes/`.
 *
 * @throws MeritorderError `invalid_request` naming the field that has a wrong type or value, that contradicts another, or
 *   that asks for what cannot be had here.
 */
export function readWishes(
  body: Fields,
  policyHeader: string | undefined,
  defaultPolicy: string,
): PolicyRequest {
  refuseUnserved(body)
  const models = readFallbacks(body)
  const requested = readModel(body.model ?? models?.[0])
  const plugins = readPlugins(body)
  const router = readAutoRouter(plugins.get('auto-router') ?? plugins.get('auto-beta-router'))
  const compress = readCompression(plugins, body.transforms)
  const martian = readMartian(body)
  const sent = optional(readSentPolicy, body.policy, 'policy')
  const { selector, dial, allowed, free, sortBy } = readSelector(requested, models)
  const others = [...router.dials, ...martian.dials, ...readNotDiamond(body)]
  const dials = [...(sent ? [sent] : []), ...(dial && !overruled(dial, sent) ? [dial] : []), ...others]
  const { limits, ...provider } = readProvider(body)
  return {
    requested,
    selector,
    policy: oneOf(dials)?.policy ?? policyHeader ?? defaultPolicy,
    ...(sortBy !== undefined && { sort: { by: sortBy, acrossModels: false } }),
    ...provider,
    ...(compress && { compress }),
    limits: defined({
      allowedModels: allowed,
      ...router.limits,
      ...limits,
      free,
      maxCostUsd: lower(limits.maxCostUsd, martian.maxCostUsd),
    }),
  }
}

/** `models`, or in Anthropic's form `fallbacks: [{model}]`, which come after `model` alike. */
function readFallbacks(body: Fields): readonly string[] | undefined {
  const models = optional(readNames, body.models, 'models')
  const fallbacks = optional(readFallbackObjects, body.fallbacks, 'fallbacks')
  if (models === undefined || fallbacks === undefined) return models ?? fallbacks
  throw wrong('fallbacks', 'left out beside models')
}

const readFallbackObjects: Reader<readonly string[] | undefined> = (value, field) =>
  readNames(
    readArray(value, field).map((item, i) =>
      readString(readObject(item, `${field}[${i}]`).model, `${field}[${i}].model`),
    ),
    field,
  )

function lower(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b)
}

interface Selected {
  readonly selector: Selector
  /** What the model's name says about how to choose. */
  readonly dial?: Dial
  readonly allowed?: readonly string[]
  readonly free?: true
  readonly sortBy?: SortBy
}

function readSelector(requested: string, models: readonly string[] | undefined): Selected {
  const choose = { selector: { kind: 'auto' as const }, ...(models === undefined ? {} : { allowed: models }) }
  if (AUTO.has(requested)) return choose
  if (requested === 'openrouter/free') return { ...choose, free: true }
  if (OTHER_ROUTERS.test(requested))
    throw cannot('model', `the router ${requested} is not supported`, 'use "auto"')
  const [, router = '', suffix = ''] = /^(.+):(nitro|floor|exacto|free|online)$/.exec(requested) ?? []
  if (router !== 'auto' && AUTO.has(router)) return { ...choose, ...readSuffix(suffix) }
  if (requested.startsWith('auto:'))
    return { ...choose, dial: { field: 'model', policy: requested.slice('auto:'.length) } }
  const dial = readRouteLlm(requested)
  if (dial !== undefined) return { ...choose, dial }
  if (requested.includes('*')) return { selector: { kind: 'auto' }, allowed: [requested, ...(models ?? [])] }
  return { selector: { kind: 'models', models: [...new Set([requested, ...(models ?? [])])] } }
}

/** A suffix of an automatic choice; those of named models are read where names are. */
function readSuffix(suffix: string): Pick<Selected, 'free' | 'sortBy'> {
  if (suffix === 'free') return { free: true }
  const sortBy = SORTS[suffix]
  if (sortBy !== undefined) return { sortBy }
  throw cannot('model', `the suffix :${suffix} is not supported`, 'leave it off')
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
