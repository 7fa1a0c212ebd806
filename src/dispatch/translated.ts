import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Prompt,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
} from '@ai-sdk/provider'
import type { Endpoint } from '../market/offer.ts'
import { usageOfPackage } from '../market/usage-reports/package-usage.ts'
import type { CanonicalCall, Loss, Skin } from '../receive/dialects/dialect.ts'
import { wholeAnswer, wholeStream } from './complete-answer.ts'
import type { Exchange, ReplySink, Send } from './exchange.ts'
import { lossesOf, lostAt, withoutUnsupported } from './losses.ts'
import { NOTHING_BACK, type TakesBack, withoutOthersFacts } from './others-facts.ts'
import { pooledFetch } from './pooled-fetch.ts'
import type { Pools } from './pools.ts'
import { factsOf } from './reply-facts.ts'
import { tellFailure } from './tell-failure.ts'

/** What a provider package is made with. */
export interface Access {
  readonly baseURL: string
  /** Never undefined: the packages would look for a key in the environment. */
  readonly apiKey: string
  readonly fetch: typeof globalThis.fetch
  /** The provider's slug. */
  readonly provider: string
  /** What the model can. */
  readonly supports: Endpoint['supports']
}

/** A provider that speaks a wire format of its own, through its AI SDK package. */
export interface Family {
  readonly defaultBaseUrl: string
  model(access: Access, upstreamModel: string): LanguageModelV4
  /** What of earlier answers its models take back; absent where that is nothing. */
  takesBack?(exchange: Exchange): TakesBack
  /** True for a refusal that this endpoint gives to every call, as its words say: it is not the caller's. */
  refusesAll?(message: string): boolean
  /** What this provider needs said otherwise. */
  adapt?(options: LanguageModelV4CallOptions, exchange: Exchange): LanguageModelV4CallOptions
}

/**
 * Sends calls through the canonical form: the caller's dialect reads the call, the provider's package makes it and reads the
 * reply, the dialect writes that. The sink gets what an upstream that speaks the dialect would have sent.
 */
export function translated(family: Family, pools: Pools): Send {
  return (exchange, sink) => {
    const controller = new AbortController()
    void send(family, pools, exchange, sink, controller.signal)
    return () => controller.abort()
  }
}

async function send(
  family: Family,
  pools: Pools,
  exchange: Exchange,
  sink: ReplySink,
  abortSignal: AbortSignal,
): Promise<void> {
  let begun = false
  const losses: Loss[] = []
  const head = (contentType: string) => {
    if (!begun) sink.head({ status: 200, contentType, losses })
    begun = true
  }
  try {
    const { call, candidate } = exchange
    const { dialect } = call
    const model = modelOf(family, pools, exchange)
    const asked = canonicalCall(family, exchange)
    losses.push(...lostAt(model.provider, asked.losses))
    const options = { ...asked.options, abortSignal }
    const facts = factsOf(call, candidate.endpoint)
    if (call.stream) {
      const { stream } = await model.doStream(options)
      const parts = noting(losses, sink, wholeStream(stream, candidate.provider.slug))
      for await (const event of dialect.writeStream(parts, facts)) {
        head('text/event-stream')
        await sink.data(Buffer.from(event))
      }
    } else {
      const answer = wholeAnswer(await model.doGenerate(options), candidate.provider.slug)
      losses.push(...lossesOf(answer.warnings))
      head('application/json')
      const usage = reported(answer.usage, sink)
      await sink.data(Buffer.from(JSON.stringify(dialect.writeAnswer({ ...answer, usage }, facts))))
    }
    sink.end()
  } catch (error) {
    if (!abortSignal.aborted) tellFailure(error, begun, exchange, sink, family.refusesAll)
  }
}

function modelOf(family: Family, pools: Pools, exchange: Exchange): LanguageModelV4 {
  const access = accessOf(exchange, pools, family.defaultBaseUrl)
  return family.model(access, exchange.candidate.endpoint.upstreamModel)
}

/** What a provider's package is made with to reach an exchange's endpoint. */
export function accessOf(
  { candidate, apiKey, fresh }: Exchange<Skin>,
  pools: Pools,
  defaultBaseUrl: string,
): Access {
  const { endpoint, provider } = candidate
  const baseURL = endpoint.baseUrl ?? provider.baseUrl ?? defaultBaseUrl
  const fetch = pooledFetch(pools, baseURL, provider.slug, fresh)
  const { supports } = endpoint
  return { baseURL, apiKey: apiKey ?? '', fetch, provider: provider.slug, supports }
}

function canonicalCall(family: Family, exchange: Exchange): CanonicalCall {
  const { call, candidate } = exchange
  const taken = family.takesBack?.(exchange) ?? NOTHING_BACK
  const supported = withoutUnsupported(call.dialect.readCall(call.body, call.earlier), candidate)
  const { options, losses } = withoutOthersFacts(supported, taken, candidate.provider.slug)
  const asked = { ...options, prompt: systemFirst(options.prompt) }
  return { options: family.adapt?.(asked, exchange) ?? asked, losses }
}

/** Keeps what the package says at the start of a stream about the call, and at its end about its tokens. */
async function* noting(losses: Loss[], sink: ReplySink, parts: AsyncIterable<LanguageModelV4StreamPart>) {
  for await (const part of parts) {
    if (part.type === 'stream-start') losses.push(...lossesOf(part.warnings))
    yield part.type === 'finish' ? { ...part, usage: reported(part.usage, sink) } : part
  }
}

/**
 * The tokens, with what a package leaves unread in the provider's report: those read from a cache, and thoughts that stand
 * beside the completion, so that the caller is told what is recorded and paid for.
 */
function reported(usage: LanguageModelV4Usage, sink: ReplySink): LanguageModelV4Usage {
  const read = usageOfPackage(usage)
  if (read === undefined) return usage
  sink.usage(read)
  const cacheRead = usage.inputTokens.cacheRead ?? read.cacheReadTokens
  return {
    ...usage,
    inputTokens: { ...usage.inputTokens, cacheRead },
    outputTokens: { ...usage.outputTokens, total: read.completionTokens },
  }
}

/** Instructions may stand anywhere in OpenAI's messages; the other providers take them only at the start. */
function systemFirst(prompt: LanguageModelV4Prompt): LanguageModelV4Prompt {
  const isSystem = ({ role }: LanguageModelV4Prompt[number]) => role === 'system'
  return [...prompt.filter(isSystem), ...prompt.filter((message) => !isSystem(message))]
}
