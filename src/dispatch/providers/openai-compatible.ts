import type { Exchange, Send } from '../exchange.ts'
import { passThrough } from '../pass-through.ts'
import type { Pools } from '../pools.ts'

/**
 * Any host that speaks OpenAI's chat completions: the caller's bytes pass through. Only the model's name, the
 * request for usage figures and the fields that steer Meritorder differ.
 */
export function openAiCompatible(pools: Pools, steeringFields: ReadonlySet<string>): Send {
  return passThrough(pools, { path: '/chat/completions', headers, set }, steeringFields)
}

function headers({ apiKey }: Exchange): Record<string, string> {
  return apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }
}

function set({ call, candidate }: Exchange): Record<string, string> {
  const model = JSON.stringify(candidate.endpoint.upstreamModel)
  if (!call.stream) return { model }
  const asked = call.body.stream_options
  const options = { ...(typeof asked === 'object' ? asked : {}), include_usage: true }
  return { model, stream_options: JSON.stringify(options) }
}
