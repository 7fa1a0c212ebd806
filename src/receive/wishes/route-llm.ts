import { wrong } from '../fields.ts'
import { costPolicy, type Dial } from './dial.ts'

/** RouteLLM's routers. `random` is left out: a choice is never made at random here. */
const ROUTERS = ['mf', 'sw_ranking', 'bert', 'causal_llm']

/**
 * Reads a model name of RouteLLM's form `router-<name>-<threshold>`. There, the strong model answers where it would
 * probably win more often than the threshold (0..1) says, else the weak one; so a threshold is here a point on the way
 * from the best (0) to the cheapest (1). All of its routers mean ours. Undefined for any other name.
 *
 * @throws MeritorderError `invalid_request` for an unknown router and for a threshold that is missing or out of range.
 */
export function readRouteLlm(model: string): Dial | undefined {
  const [, router = '', threshold = ''] = /^router-([a-z_]+)(?:-(.*))?$/.exec(model) ?? []
  if (router === '') return undefined
  const share = threshold === '' ? NaN : Number(threshold)
  if (!ROUTERS.includes(router) || !(share >= 0 && share <= 1))
    throw wrong(
      'model',
      `router-<name>-<threshold> with a name of ${ROUTERS.join(', ')} and a threshold from 0 to 1`,
    )
  return { field: 'model', policy: costPolicy(model, share) }
}
