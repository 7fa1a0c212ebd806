import type { Policy } from '../../decide/policy.ts'
import { type Fields, optional, readWord, wrong } from '../fields.ts'
import { tradeoffPolicy } from './auto-router.ts'
import type { Dial } from './dial.ts'
import { readUpTo } from './limit-values.ts'

/** Fields of Not Diamond's own API that have no meaning here, and what to send instead. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  llm_providers: '; models lists what may be chosen',
  preference_id: '',
  previous_session: '',
  max_model_depth: '',
  hash_content: '',
}

/** Only models that are nearly as good as the best are considered: "when quality loss is negligible". */
const NEGLIGIBLE = 0.05

/** What a unit is worth where cost or time is what counts, USD; time as in `fast`. */
const WEIGHTS = {
  cost: { quality: 0, costUsd: 1, latencySeconds: 0.00001, carbonKg: 0 },
  latency: { quality: 0, costUsd: 1, latencySeconds: 0.01, carbonKg: 0 },
}

/**
 * Reads Not Diamond's `tradeoff` (`cost` or `latency`: the cheapest or the fastest of those within 0.05 of the best) and
 * `cost_quality_tradeoff` (0 the best … 10 the cheapest, as for the auto-router plugin).
 *
 * @throws MeritorderError `invalid_request` naming the field.
 */
export function readNotDiamond(body: Fields): readonly Dial[] {
  for (const field in UNSUPPORTED)
    if ((body[field] ?? undefined) !== undefined)
      throw wrong(field, `left out: it is not supported${UNSUPPORTED[field]}`)
  const tradeoff = optional(readWord(['cost', 'latency'] as const), body.tradeoff, 'tradeoff')
  const field = 'cost_quality_tradeoff'
  const scale = optional(readUpTo(10), body[field], field)
  return [
    ...(tradeoff === undefined ? [] : [{ field: 'tradeoff', policy: policyFor(tradeoff) }]),
    ...(scale === undefined ? [] : [{ field, policy: tradeoffPolicy(scale) }]),
  ]
}

function policyFor(tradeoff: 'cost' | 'latency'): Policy {
  return { name: `tradeoff:${tradeoff}`, version: 1, qualityBand: NEGLIGIBLE, weights: WEIGHTS[tradeoff] }
}
