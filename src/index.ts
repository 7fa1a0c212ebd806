/** The library: routes prompts in-process, without a server and without I/O per prompt. */
import { type Artifacts, loadArtifacts, loadPredictor } from './artifacts.ts'
import { compileCandidates } from './decide/candidates.ts'
import { decide } from './decide/decide.ts'
import type { Decision } from './decide/decision.ts'
import { POLICIES } from './decide/policies.ts'
import type { Limits, Policy } from './decide/policy.ts'
import { explainDecision } from './explain/decision-json.ts'
import { findOwnIntents, type OwnIntentsFound } from './learned/own-intents-store.ts'
import type { LoadedPredictor } from './learned/predictor-file.ts'
import { HEALTH_UNKNOWN } from './market/health.ts'
import type { Catalog } from './market/offer.ts'
import type { ChatMessage, ChatRequest } from './receive/chat-request.ts'
import type { IntentArtifact } from './understand/artifact.ts'
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
  /** Data folder of a gateway (`.meritorder`): its own intents, its predictor and its refreshed catalog serve here as there. */
  readonly dataFolder?: string
  /** Path of a predictor that `meritorder fit` wrote; wins over the data folder's. */
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
  /** The same with what was understood of the prompt, as the JSON that `POST /v1/route` of a gateway answers. */
  explain(messages: readonly ChatMessage[], options?: string | RouteOptions): Explanation
}

/** Its fields are a contract: docs/json-output.md. */
export type Explanation = ReturnType<typeof explainDecision>

/**
 * Loads the shipped artifacts, and what the data folder has, once (about 0.1 s) and returns a router.
 *
 * @throws MeritorderError `server` when the predictor or the own intents cannot be used: a predictor that was fitted with
 *   an embedder outside cannot, as nothing here waits for one
 */
export function createRouter(options: RouterOptions = {}): Router {
  const { providers, catalog, dataFolder } = options
  const artifacts = loadArtifacts(dataFolder)
  const everything = catalog ?? artifacts.catalog
  const market = { catalog: narrowed(everything, providers), health: () => HEALTH_UNKNOWN }
  const predictor = predictorOf(options, artifacts)
  const intents = withOwn(artifacts.intents, dataFolder)
  const table = compileCandidates(market, artifacts.quality, everything, predictor)
  const policies = { ...POLICIES, ...options.policies }
  const choose = (messages: readonly ChatMessage[], asked: string | RouteOptions = {}) => {
    const {
      policy = 'balanced',
      models,
      limits = {},
      request,
    } = typeof asked === 'string' ? { policy: asked } : asked
    const prompt = understand({ ...request, messages }, intents, predictor?.space)
    const selector = models === undefined ? { kind: 'auto' as const } : { kind: 'models' as const, models }
    const wishes = { requested: models?.[0] ?? 'auto', selector, policy, limits, allowFallbacks: true }
    const decision = decide(prompt, wishes, table, { policies, now: Date.now(), random: Math.random })
    return { prompt, decision }
  }
  return {
    route: (messages, asked) => choose(messages, asked).decision,
    explain(messages, asked) {
      const { prompt, decision } = choose(messages, asked)
      return explainDecision(prompt, decision)
    },
  }
}

function predictorOf(
  { predictor: path }: RouterOptions,
  { predictor: { predictor, refusal }, intents }: Artifacts,
): LoadedPredictor | undefined {
  if (path !== undefined) return loadPredictor(path, intents)
  if (refusal !== undefined) throw refusal
  return predictor
}

function withOwn(shipped: IntentArtifact, dataFolder: string | undefined): IntentArtifact {
  const { own, refusal }: OwnIntentsFound = dataFolder === undefined ? {} : findOwnIntents(dataFolder)
  if (refusal !== undefined) throw refusal
  return own === undefined ? shipped : { ...shipped, own }
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
