import type { Skin } from '../../receive/dialects/dialect.ts'
import type { EmbeddingsRequest } from '../../receive/work-request.ts'
import type { Exchange, Send } from '../exchange.ts'
import { passThrough } from '../pass-through.ts'
import type { Pools } from '../pools.ts'
import { EMBEDDINGS_WIRE } from '../work/embed-openai.ts'
import { openAiEdit } from './openai-body.ts'

/**
 * Azure OpenAI's chat completions: the caller's bytes pass through; the model is the name of a deployment. The address is
 * that of the v1 API, `https://RESOURCE.openai.azure.com/openai/v1`, or of the older one,
 * `https://RESOURCE.openai.azure.com/openai?api-version=…`, which has the deployment in its path.
 */
export function azure(pools: Pools, steeringFields: ReadonlySet<string>): Send {
  const send = passThrough(pools, { path: '/chat/completions', headers, edit: openAiEdit }, steeringFields)
  return (exchange, sink) => send(atDeployment(exchange), sink)
}

/** Azure OpenAI's embeddings, at the same addresses. */
export function azureEmbeddings(
  pools: Pools,
  steeringFields: ReadonlySet<string>,
): Send<Skin<EmbeddingsRequest>> {
  const wire = { ...EMBEDDINGS_WIRE, headers }
  const send = passThrough<Skin<EmbeddingsRequest>>(pools, wire, steeringFields)
  return (exchange, sink) => send(atDeployment(exchange), sink)
}

/** Azure's header for keys; `Authorization` is for Entra's tokens. */
function headers({ apiKey }: Exchange<Skin>): Record<string, string> {
  return apiKey === undefined ? {} : { 'api-key': apiKey }
}

function atDeployment<S extends Skin>(exchange: Exchange<S>): Exchange<S> {
  const { endpoint, provider } = exchange.candidate
  const baseUrl = deploymentUrl(endpoint.baseUrl ?? provider.baseUrl ?? '', endpoint.upstreamModel)
  return { ...exchange, candidate: { ...exchange.candidate, endpoint: { ...endpoint, baseUrl } } }
}

/** The address below which the chat completions of a deployment lie. */
export function deploymentUrl(baseUrl: string, deployment: string): string {
  const url = new URL(baseUrl)
  if (url.searchParams.has('api-version') && !/\/v1\/?$/.test(url.pathname))
    url.pathname = `${url.pathname.replace(/\/$/, '')}/deployments/${encodeURIComponent(deployment)}`
  return url.href.replace(/\/$/, '')
}
