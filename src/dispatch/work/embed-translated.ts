import type { EmbeddingModelV4, SharedV4ProviderOptions } from '@ai-sdk/provider'
import { MeritorderError } from '../../errors.ts'
import { count } from '../../market/usage-reports/report.ts'
import type { Loss, Skin } from '../../receive/dialects/dialect.ts'
import type { EmbeddingsRequest } from '../../receive/work-request.ts'
import { NOTHING_USED } from '../compose-answer.ts'
import type { Exchange, ReplySink, Send } from '../exchange.ts'
import { lossesOf } from '../losses.ts'
import type { Pools } from '../pools.ts'
import { tellFailure } from '../tell-failure.ts'
import { type Access, accessOf } from '../translated.ts'

/** A provider whose embeddings have a wire format of their own, through its AI SDK package. */
export interface EmbeddingFamily {
  readonly defaultBaseUrl: string
  model(access: Access, upstreamModel: string): EmbeddingModelV4
  /** What the vectors are for and how long they shall be, in the package's words; throws MeritorderError `invalid_request` for a length that it refuses. */
  options?(request: EmbeddingsRequest, upstreamModel: string): SharedV4ProviderOptions
  /** Whether the model is told what the vectors are for. */
  takesInputType(inputType: string, upstreamModel: string): boolean
}

/** Requests at a time to one host for one call. */
const AT_ONCE = 8

/**
 * Sends embeddings calls through a provider's package, in as many requests as it takes, and writes OpenAI's reply. Only
 * texts can be sent so.
 */
export function embedTranslated(family: EmbeddingFamily, pools: Pools): Send<Skin<EmbeddingsRequest>> {
  return (exchange, sink) => {
    const controller = new AbortController()
    void send(family, pools, exchange, sink, controller.signal)
    return () => controller.abort()
  }
}

async function send(
  family: EmbeddingFamily,
  pools: Pools,
  exchange: Exchange<Skin<EmbeddingsRequest>>,
  sink: ReplySink,
  abortSignal: AbortSignal,
): Promise<void> {
  try {
    const { call, candidate } = exchange
    const { upstreamModel } = candidate.endpoint
    const { request } = call
    const texts = textsOf(request, candidate.provider.slug)
    const model = family.model(accessOf(exchange, pools, family.defaultBaseUrl), upstreamModel)
    const options = {
      abortSignal,
      ...(request.dimensions !== undefined && { dimensions: request.dimensions }),
      providerOptions: family.options?.(request, upstreamModel) ?? {},
    }
    const parts = await embedAll(model, texts, (values) => model.doEmbed({ ...options, values }))
    const [{ warnings } = { warnings: [] }] = parts
    const losses = [...lossesOf(warnings), ...untold(family, exchange)]
    sink.head({ status: 200, contentType: 'application/json', losses })
    const tokens = tokensOf(parts)
    if (tokens !== undefined) sink.usage({ ...NOTHING_USED, promptTokens: tokens })
    const vectors = parts.flatMap(({ embeddings }) => embeddings)
    void sink.data(Buffer.from(JSON.stringify(replyOf(vectors, candidate.endpoint.model, tokens, texts))))
    sink.end()
  } catch (error) {
    if (!abortSignal.aborted) tellFailure(error, false, exchange, sink)
  }
}

/** The purpose of the vectors, where the model knows none, or not this one. */
function untold(family: EmbeddingFamily, { call, candidate }: Exchange<Skin<EmbeddingsRequest>>): Loss[] {
  const { inputType } = call.request
  const { id, upstreamModel } = candidate.endpoint
  if (inputType === undefined || family.takesInputType(inputType, upstreamModel)) return []
  return [{ field: 'input_type', reason: `${id} does not take it` }]
}

function textsOf({ inputs }: EmbeddingsRequest, provider: string): readonly string[] {
  return inputs.map((input) => {
    if (typeof input === 'string') return input
    throw new MeritorderError(
      'invalid_request',
      `input: ${provider} takes texts only, neither tokens nor other media.`,
      { limit: 'input', provider },
    )
  })
}

type Part = Awaited<ReturnType<EmbeddingModelV4['doEmbed']>>

/** All parts in the order of the texts, a few requests at a time. */
async function embedAll(
  model: EmbeddingModelV4,
  texts: readonly string[],
  embed: (values: string[]) => PromiseLike<Part>,
): Promise<readonly Part[]> {
  const most = (await model.maxEmbeddingsPerCall) ?? texts.length
  const atOnce = (await model.supportsParallelCalls) ? AT_ONCE : 1
  const batches = Array.from({ length: Math.ceil(texts.length / most) }, (_, at) =>
    texts.slice(at * most, (at + 1) * most),
  )
  const parts: Part[] = []
  for (let at = 0; at < batches.length; at += atOnce)
    parts.push(...(await Promise.all(batches.slice(at, at + atOnce).map((batch) => embed([...batch])))))
  return parts
}

/** Undefined unless every part reports them. */
function tokensOf(parts: readonly Part[]): number | undefined {
  const reported = parts.map(({ usage }) => count(usage?.tokens) ?? Number.NaN)
  return count(reported.reduce((total, tokens) => total + tokens, 0))
}

/** English runs at about four characters a token. */
const CHARACTERS_PER_TOKEN = 4

function replyOf(
  vectors: readonly (readonly number[])[],
  model: string,
  tokens: number | undefined,
  texts: readonly string[],
) {
  const characters = texts.reduce((sum, { length }) => sum + length, 0)
  const told = tokens ?? Math.ceil(characters / CHARACTERS_PER_TOKEN)
  return {
    object: 'list',
    data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })),
    model,
    usage: { prompt_tokens: told, total_tokens: told, ...(tokens === undefined && { estimated: true }) },
  }
}
