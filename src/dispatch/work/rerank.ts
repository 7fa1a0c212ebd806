import { MeritorderError } from '../../errors.ts'
import { billOf } from '../../market/cost.ts'
import type { Usage } from '../../market/usage.ts'
import { toUsd } from '../../money.ts'
import type { Skin } from '../../receive/dialects/dialect.ts'
import type { RerankRequest } from '../../receive/work-request.ts'
import { NOTHING_USED } from '../compose-answer.ts'
import type { Exchange, ReplySink, Send } from '../exchange.ts'
import { readRetryAfter } from '../failure.ts'
import type { Pools } from '../pools.ts'
import { parseJson } from '../refusal.ts'
import { tellFailure } from '../tell-failure.ts'
import { accessOf } from '../translated.ts'
import { type Ranking, readRanking, rerankWire } from './rerank-wire.ts'

/** Sends rerank calls to hosts of any shape and writes OpenRouter's, best first. A host's nonsense is a failed attempt. */
export function rerankAt(pools: Pools, defaultBaseUrl: string): Send<Skin<RerankRequest>> {
  return (exchange, sink) => {
    const controller = new AbortController()
    send(pools, defaultBaseUrl, exchange, sink, controller.signal).catch((error: unknown) => {
      if (!controller.signal.aborted) tellFailure(error, false, exchange, sink)
    })
    return () => controller.abort()
  }
}

async function send(
  pools: Pools,
  defaultBaseUrl: string,
  exchange: Exchange<Skin<RerankRequest>>,
  sink: ReplySink,
  signal: AbortSignal,
): Promise<void> {
  const { call, candidate } = exchange
  const { baseURL, apiKey, fetch } = accessOf(exchange, pools, defaultBaseUrl)
  const { origin, pathname, search } = new URL(baseURL)
  const reply = await fetch(`${origin}${pathname.replace(/\/$/, '')}/rerank${search}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      'user-agent': 'meritorder',
      ...(apiKey !== '' && { authorization: `Bearer ${apiKey}` }),
    },
    body: JSON.stringify(rerankWire(candidate).body(call.request, candidate.endpoint.upstreamModel)),
    signal,
  })
  if (!reply.ok) {
    await passRefusal(reply, sink)
    return
  }
  const ranking = readRanking(parseJson(await reply.text()), call.request)
  const provider = candidate.provider.slug
  if (ranking === undefined)
    throw new MeritorderError('provider_unavailable', `${provider} sent no ranking of these documents.`, {
      provider,
    })
  sink.head({ status: 200, contentType: 'application/json' })
  const usage = usageOf(ranking)
  if (usage !== undefined) sink.usage(usage)
  void sink.data(Buffer.from(JSON.stringify(replyOf(exchange, ranking, usage))))
  sink.end()
}

/** The host's own words, for the attempt to judge. */
async function passRefusal(reply: Response, sink: ReplySink): Promise<void> {
  const retryAfterSeconds = readRetryAfter(reply.headers.get('retry-after') ?? undefined, Date.now())
  sink.head({
    status: reply.status,
    contentType: reply.headers.get('content-type') ?? '',
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  })
  for await (const chunk of reply.body ?? []) await sink.data(Buffer.from(chunk))
  sink.end()
}

/** Undefined where the host reports nothing: then tokens are estimated, as for any call. */
function usageOf({ searchUnits, tokens }: Ranking): Usage | undefined {
  if (searchUnits === undefined && tokens === undefined) return undefined
  return {
    ...NOTHING_USED,
    promptTokens: tokens ?? 0,
    ...(searchUnits !== undefined && { searchUnits }),
  }
}

function replyOf(
  { call, candidate }: Exchange<Skin<RerankRequest>>,
  { ranked, searchUnits, tokens }: Ranking,
  usage: Usage | undefined,
) {
  const { documents, returnsDocuments } = call.request
  const { endpoint } = candidate
  const bill = usage && billOf(endpoint.price, usage, call.receivedAt)
  return {
    id: call.id,
    model: endpoint.model,
    provider: endpoint.provider,
    results: ranked.map(({ index, score }) => ({
      index,
      relevance_score: score,
      ...(returnsDocuments && { document: documents[index] }),
    })),
    usage: {
      ...(searchUnits !== undefined && { search_units: searchUnits }),
      ...(tokens !== undefined && { total_tokens: tokens }),
      ...(bill !== undefined && { cost: toUsd(bill.total) }),
    },
  }
}
