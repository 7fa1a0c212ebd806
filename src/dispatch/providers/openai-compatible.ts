import type { Dispatcher } from 'undici'
import type { Exchange, ReplySink, Send } from '../exchange.ts'
import { connectionError, readRetryAfter } from '../failure.ts'
import type { Pools } from '../pools.ts'
import { rewriteBody } from '../rewrite-body.ts'

/**
 * Any host that speaks OpenAI's chat completions: the caller's bytes pass through. Only the model's name, the
 * request for usage figures and the fields that steer Meritorder differ.
 */
export function openAiCompatible(pools: Pools, steeringFields: ReadonlySet<string>): Send {
  return (exchange, sink) => {
    const { endpoint, provider } = exchange.candidate
    const { origin, path } = chatCompletionsOf(endpoint.baseUrl ?? provider.baseUrl ?? '')
    const handler = createHandler(sink, exchange)
    pools.of(origin).dispatch(
      {
        origin,
        path,
        method: 'POST',
        headers: headersOf(exchange),
        body: bodyOf(exchange, steeringFields),
      },
      handler,
    )
    return () => handler.abort()
  }
}

const targets = new Map<string, { origin: string; path: string }>()

function chatCompletionsOf(baseUrl: string): { origin: string; path: string } {
  let target = targets.get(baseUrl)
  if (target === undefined) {
    const url = new URL(baseUrl)
    target = { origin: url.origin, path: `${url.pathname.replace(/\/$/, '')}/chat/completions${url.search}` }
    targets.set(baseUrl, target)
  }
  return target
}

function headersOf({ apiKey, call }: Exchange): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: call.stream ? 'text/event-stream' : 'application/json',
    'user-agent': 'meritorder',
  }
  if (apiKey !== undefined) headers.authorization = `Bearer ${apiKey}`
  return headers
}

function bodyOf({ call, candidate }: Exchange, steeringFields: ReadonlySet<string>): Buffer {
  const set: Record<string, string> = { model: JSON.stringify(candidate.endpoint.upstreamModel) }
  if (call.stream) {
    const asked = call.body.stream_options
    set.stream_options = JSON.stringify({ ...(typeof asked === 'object' ? asked : {}), include_usage: true })
  }
  return rewriteBody(call.bytes, call.members, { set, remove: steeringFields })
}

function createHandler(
  sink: ReplySink,
  { candidate }: Exchange,
): Dispatcher.DispatchHandler & { abort(): void } {
  let controller: Dispatcher.DispatchController | undefined
  let aborted = false
  const provider = candidate.provider.slug
  return {
    abort() {
      aborted = true
      controller?.abort(new Error('no longer wanted'))
    },
    onRequestStart(started) {
      controller = started
      if (aborted) started.abort(new Error('no longer wanted'))
    },
    onResponseStart(_controller, status, headers) {
      const retryAfterSeconds = readRetryAfter(headers['retry-after'], Date.now())
      sink.head({
        status,
        contentType: String(headers['content-type'] ?? ''),
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      })
    },
    onResponseData(running, chunk) {
      const drained = sink.data(chunk)
      if (drained === undefined) return
      running.pause()
      void drained.then(() => running.resume())
    },
    onResponseEnd: () => sink.end(),
    onResponseError(_controller, error: Error & { code?: string }) {
      if (!aborted) sink.fail(connectionError(provider, error.code ?? error.name, error))
    },
  }
}
