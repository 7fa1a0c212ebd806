/** The library: routes prompts in-process, without a server and without I/O per prompt. */
import { loadArtifacts, loadPredictor } from './artifacts.ts'
import { compileCandidates } from './decide/candidates.ts'
import { decide } from './decide/decide.ts'
import type { Decision } from './decide/decision.ts'
import { POLICIES } from './decide/policies.ts'
import type { Limits, Policy } from './decide/policy.ts'
import { HEALTH_UNKNOWN } from './market/health.ts'
import type { Catalog } from './market/offer.ts'
import type { ChatMessage, ChatRequest } from './receive/chat-request.ts'
import { understand } from './understand/understand.ts'

export type { Candidate, Decision, Removal } from './decide/decision.ts'
export type { Limits, Policy } from './decide/policy.ts'
// biome-ignore lint/performance/noBarrelFile: the package's public face is the one place that hands names on
export { type ErrorCode, MeritorderError } from './errors.ts'
export type { Catalog, Endpoint, Model, Price, Provider } from './market/offer.ts'
export type { ChatMessage, ChatRequest } from './receive/chat-request.ts'

export interface RouterOptions {
  /** Provider slugs to choose among; absent = every provider of the catalog, as if you had all their keys. */
  readonly providers?: readonly string[]
  /** Another catalog than the shipped one. */
  readonly catalog?: Catalog
  /** Path of a predictor that `meritorder fit` wrote. */
  readonly predictor?: string
  /** Policies of your own beside `quality`, `balanced`, `cheap` and `fast`. */
  readonly policies?: Readonly<Record<string, Policy>>
}

export interface RouteOptions {
  /** Name of the policy, or a policy; default `balanced`. */
  readonly policy?: string | Policy
  /** Model slugs in order of preference; absent = choose for me. */
  readonly models?: readonly string[]
  readonly limits?: Limits
  /** What the call needs besides its messages: tools, response format, token limit. */
  readonly request?: Omit<ChatRequest, 'messages'>
}

export interface Router {
  /**
   * Decides where a conversation goes; nothing is sent. The second argument may be just the policy's name.
   *
   * @throws MeritorderError when nothing can serve it, naming the limit that removed the last endpoint.
   */
  route(messages: readonly ChatMessage[], options?: string | RouteOptions): Decision
}

/**
 * Loads the shipped artifacts once (about 0.1 s) and returns a router.
 *
 * @throws MeritorderError `server` when the predictor cannot be used
 */
export function createRouter({ providers, catalog, predictor: path, policies }: RouterOptions = {}): Router {
  const artifacts = loadArtifacts()
  const everything = catalog ?? artifacts.catalog
  const market = { catalog: narrowed(everything, providers), health: () => HEALTH_UNKNOWN }
  const predictor = path === undefined ? undefined : loadPredictor(path, artifacts.intents)
  const table = compileCandidates(market, artifacts.quality, everything, predictor)
  const known = { ...POLICIES, ...policies }
  return {
    route(messages, options = {}) {
      const {
        policy = 'balanced',
        models,
        limits = {},
        request,
      } = typeof options === 'string' ? { policy: options } : options
      const prompt = understand({ ...request, messages }, artifacts.intents, predictor?.space)
      const selector = models === undefined ? { kind: 'auto' as const } : { kind: 'models' as const, models }
      const wishes = { requested: models?.[0] ?? 'auto', selector, policy, limits, allowFallbacks: true }
      return decide(prompt, wishes, table, { policies: known, now: Date.now(), random: Math.random })
    },
  }
}

function narrowed(catalog: Catalog, slugs: readonly string[] | undefined): Catalog {
  if (slugs === undefined) return catalog
  const wanted = new Set(slugs)
  return {
    ...catalog,
    providers: catalog.providers.filter(({ slug }) => wanted.has(slug)),
    endpoints: catalog.endpoints.filter(({ provider }) => wanted.has(provider)),
  }
}
