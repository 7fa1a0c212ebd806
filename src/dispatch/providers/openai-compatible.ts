import { bearer } from '../bearer.ts'
import type { Send } from '../exchange.ts'
import { passThrough } from '../pass-through.ts'
import type { Pools } from '../pools.ts'
import { openAiEdit } from './openai-body.ts'

/**
 * Any host that speaks OpenAI's chat completions: the caller's bytes pass through. Only the model's name, the
 * request for usage figures, the fields that steer Meritorder and what this host would refuse differ.
 */
export function openAiCompatible(pools: Pools, steeringFields: ReadonlySet<string>): Send {
  return passThrough(pools, { path: '/chat/completions', headers: bearer, edit: openAiEdit }, steeringFields)
}
