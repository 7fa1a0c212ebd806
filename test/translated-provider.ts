import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import OpenAI from 'openai'
import type { Candidate } from '../src/decide/decision.ts'
import { POLICIES } from '../src/decide/policies.ts'
import type { Answer } from '../src/dispatch/answer.ts'
import { dispatch } from '../src/dispatch/dispatch.ts'
import type { Send } from '../src/dispatch/exchange.ts'
import { createHedgeShares } from '../src/dispatch/hedge.ts'
import { createPools, type Pools } from '../src/dispatch/pools.ts'
import { amazonBedrock } from '../src/dispatch/providers/amazon-bedrock.ts'
import { anthropic } from '../src/dispatch/providers/anthropic.ts'
import { azureTranslated } from '../src/dispatch/providers/azure-translated.ts'
import { cohere } from '../src/dispatch/providers/cohere.ts'
import { google } from '../src/dispatch/providers/google.ts'
import { mistral } from '../src/dispatch/providers/mistral.ts'
import { openAiResponsesTranslated } from '../src/dispatch/providers/openai-responses-translated.ts'
import { openAiTranslated } from '../src/dispatch/providers/openai-translated.ts'
import { perplexity } from '../src/dispatch/providers/perplexity.ts'
import { vertex } from '../src/dispatch/providers/vertex.ts'
import { createStop } from '../src/dispatch/stop.ts'
import type { WireFamily } from '../src/market/families.ts'
import type { Endpoint } from '../src/market/offer.ts'
import { chatCompletions } from '../src/receive/dialects/chat-completions.ts'
import type { Dialect } from '../src/receive/dialects/dialect.ts'
import { readCall } from '../src/receive/read-call.ts'
import { quietHealth, sameTimeouts } from './dispatch-facts.ts'
import { withGoogleLogin } from './google-login.ts'
import { oneKey } from './one-key.ts'
import { REPLIES } from './translated-replies.ts'
import { validatingFetch } from './valid-replies.ts'

/** How each family is spoken to in translation: the tests of translation run for all of these. */
export const TRANSLATED: Readonly<Record<WireFamily, (pools: Pools) => Send>> = {
  'openai-compatible': openAiTranslated,
  anthropic,
  google,
  'amazon-bedrock': amazonBedrock,
  'openai-responses': openAiResponsesTranslated,
  azure: azureTranslated,
  cohere,
  mistral,
  perplexity,
  vertex: (pools) => vertex(withGoogleLogin(pools)),
}

/** What the provider answers next. */
export interface Script {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly contentType: string
  /** Sent one after the other, each in a write of its own. */
  readonly pieces: readonly Buffer[]
  /** `hang`: the reply stays open - `cut`: the connection breaks; by default the reply ends. */
  readonly ending?: 'hang' | 'cut'
}

export interface SeenRequest {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Record<string, unknown>
  /** Resolves when the connection of a reply that was not finished is closed. */
  readonly closed: Promise<void>
  /** True once everything has been handed to the network. */
  readonly sent: () => boolean
}

/** A gateway's dispatch behind a loopback port, in front of a provider that answers what it is told to. */
export interface Translation {
  readonly openai: OpenAI
  readonly url: string
  readonly providerUrl: string
  answer(script: Script): void
  /** The model that calls are sent to, as the caller is told. */
  readonly model: string
  /** Resolves with the next request that the provider is sent. */
  nextSeen(): Promise<SeenRequest>
  /** What the provider was sent, oldest first. */
  readonly seen: SeenRequest[]
  /** The answer of the last call, once it is sealed. */
  sealed(): Promise<Answer>
  /** The endpoint that calls go to; change it for a test. */
  endpoint: Partial<Endpoint>
  /** The provider's key; undefined where it needs none. */
  key: string | undefined
  /** True: the caller is OpenRouter's client. */
  openRouterClient: boolean
  /** When calls come, epoch ms. */
  receivedAt: number
  readonly health: string[]
  close(): Promise<void>
}

/**
 * @param dialect what callers speak
 * @param sends how the family is spoken to; by default in translation
 */
export async function startTranslation(
  family: WireFamily,
  dialect: Dialect = chatCompletions,
  sends: (pools: Pools) => Send = TRANSLATED[family],
): Promise<Translation> {
  let script: Script = { contentType: 'application/json', pieces: [] }
  let { promise: sealed, resolve: resolveSealed } = Promise.withResolvers<Answer>()
  const seen: SeenRequest[] = []
  const health: string[] = []
  let arrival = Promise.withResolvers<SeenRequest>()
  const provider = createServer(async (request, reply) => {
    const body = await readJson(request)
    const closed = once(reply, 'close').then(() => {})
    const sent = {
      path: request.url ?? '',
      headers: request.headers,
      body,
      closed,
      sent: () => reply.writableFinished,
    }
    seen.push(sent)
    arrival.resolve(sent)
    await play(script, reply)
  })
  const providerUrl = await listen(provider)
  const pools = createPools({ connectTimeoutMs: 1000, mayBePrivate: () => true })
  const senders = { [family]: sends(pools) }
  const front = createServer(async (request, reply) => {
    const bytes = Buffer.from(JSON.stringify(await readJson(request)))
    const call = readCall(bytes, request.headers, {
      dialect,
      caller: { name: 'test' },
      openRouterClient: translation.openRouterClient,
      maxDepth: 99,
      defaultPolicy: 'balanced',
      storage: 'full' as const,
      receivedAt: translation.receivedAt,
      startedAt: performance.now(),
    })
    await dispatch(
      call,
      decisionFor(candidateAt(family, `${providerUrl}/v1`, translation.endpoint)),
      {
        reply,
        keys: oneKey(translation.key),
        promptTokens: 7,
        headers: () => ({}),
        seal: async (answer) => resolveSealed(answer),
      },
      {
        senders,
        timeouts: sameTimeouts(5000, 5000),
        keepAliveMs: 5000,
        stop: createStop(),
        health: quietHealth(health),
        hedges: createHedgeShares(),
        random: () => 0,
      },
    )
  })
  const url = await listen(front)
  const translation: Translation = {
    openai: new OpenAI({ baseURL: url, apiKey: 'sk-caller', maxRetries: 0, fetch: validatingFetch }),
    url,
    providerUrl,
    answer(next) {
      script = next
      ;({ promise: sealed, resolve: resolveSealed } = Promise.withResolvers<Answer>())
    },
    model: MODELS[family].slug,
    nextSeen() {
      arrival = Promise.withResolvers<SeenRequest>()
      return arrival.promise
    },
    seen,
    sealed: () => sealed,
    endpoint: {},
    key: REPLIES[family].credentials ?? 'sk-upstream',
    openRouterClient: false,
    receivedAt: 1_700_000_000_000,
    health,
    async close() {
      for (const server of [front, provider]) {
        server.closeAllConnections()
        server.close()
      }
      await pools.close()
    },
  }
  return translation
}

/** A stream of this family's events, as it frames them. */
export function streamed(family: WireFamily, events: readonly object[]): Buffer {
  return (REPLIES[family].framing?.framed ?? framed)(events)
}

/** Server-sent events: Anthropic and Cohere name them after their type. */
export function framed(events: readonly object[]): Buffer {
  const texts = events.map((event) => {
    const name = 'type' in event ? `event: ${event.type}\n` : ''
    return `${name}data: ${JSON.stringify(event)}\n\n`
  })
  return Buffer.from(texts.join(''))
}

/** A stream of a family in the given pieces. */
export const streamOf = (pieces: readonly Buffer[], family: WireFamily = 'openai-compatible'): Script => ({
  contentType: REPLIES[family].framing?.contentType ?? 'text/event-stream',
  pieces,
})

export const jsonOf = (value: unknown, rest: Partial<Script> = {}): Script => ({
  contentType: 'application/json',
  pieces: [Buffer.from(JSON.stringify(value))],
  ...rest,
})

async function play({ status, headers, contentType, pieces, ending }: Script, reply: ServerResponse) {
  reply.writeHead(status ?? 200, { 'content-type': contentType, ...headers })
  reply.flushHeaders()
  for (const piece of pieces) {
    if (reply.destroyed) return
    if (!reply.write(piece)) await Promise.race([once(reply, 'drain'), once(reply, 'close')])
    await new Promise((resolve) => setImmediate(resolve))
  }
  if (ending === 'cut') reply.destroy()
  else if (ending === undefined) reply.end()
}

async function readJson(request: AsyncIterable<Buffer>): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString())
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const MODELS: Readonly<Record<WireFamily, { readonly slug: string; readonly id: string }>> = {
  'openai-compatible': { slug: 'acme/large', id: 'large' },
  anthropic: { slug: 'anthropic/claude-sonnet-4-5', id: 'claude-sonnet-4-5' },
  google: { slug: 'google/gemini-2.5-pro', id: 'gemini-2.5-pro' },
  'amazon-bedrock': {
    slug: 'anthropic/claude-sonnet-4-5',
    id: 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
  },
  'openai-responses': { slug: 'openai/gpt-5-codex', id: 'gpt-5-codex' },
  azure: { slug: 'openai/gpt-5.1', id: 'my-deployment' },
  cohere: { slug: 'cohere/command-a-reasoning', id: 'command-a-reasoning-08-2025' },
  mistral: { slug: 'mistralai/magistral-medium', id: 'magistral-medium-2509' },
  perplexity: { slug: 'perplexity/sonar-pro', id: 'sonar-pro' },
  vertex: { slug: 'google/gemini-2.5-pro', id: 'gemini-2.5-pro' },
}

/** The endpoint of a family at a base URL. */
export function candidateAt(family: WireFamily, baseUrl: string, differs: Partial<Endpoint> = {}): Candidate {
  const { slug, id } = MODELS[family]
  return {
    endpoint: {
      id: slug,
      provider: family,
      model: slug,
      upstreamModel: id,
      input: ['text'],
      output: ['text'],
      supports: { tools: true, structuredOutput: true, reasoning: true, temperature: true },
      ...differs,
    },
    model: { slug, name: id, openWeights: false, reasoning: true },
    provider: { slug: family, name: family, family, baseUrl, keyVariables: [] },
    quality: 0.5,
    qualitySd: 0.1,
    evidence: 'prior',
    latencyMs: 1,
    carbonGrams: 0,
    carbonBounds: { low: 0, high: 0 },
    merit: 0,
  }
}

function decisionFor(candidate: Candidate) {
  return {
    strategy: 'direct',
    requested: candidate.endpoint.model,
    policy: POLICIES.balanced,
    ranked: [candidate],
    removed: [],
    expectedCompletionTokens: 1,
    propensity: 1,
    reason: '',
    artifact: '',
  } as const
}
