import type { Limits } from '../../decide/policy.ts'
import { defined, type Fields, optional, readBoolean, readWord, wrong } from '../fields.ts'
import { bestPolicy, costPolicy, type Dial } from './dial.ts'
import { readNames, readUpTo } from './limit-values.ts'

/** What OpenRouter's auto-router plugin asks for. */
export interface AutoRouter {
  readonly limits: Pick<Limits, 'allowedModels' | 'excludedModels'>
  readonly dials: readonly Dial[]
}

const MEMBERS = [
  ...[
    'id',
    'enabled',
    'allowed_models',
    'excluded_models',
    'cost_tier',
    'cost_quality_tradeoff',
    'pin_model',
  ],
]

/** Each tier's upper end among the models, sorted by cost. */
const TIERS = { low: 0.2, medium: 0.4, high: 0.6, xhigh: 0.8, max: 1 }

/**
 * Reads OpenRouter's plugin `{"id": "auto-router", …}`: lists of models, `cost_tier`, and `cost_quality_tradeoff`
 * (0 the best, 10 the cheapest).
 *
 * A tier is a fifth of the models by cost there. Here it is a ceiling: the best model among those up to its upper end,
 * so that nothing is paid for the sake of paying it. The trade-off's curve is theirs alone; ours is quadratic, so that
 * 0 means what `quality` does, 4 about `balanced` and 7 `cheap`.
 *
 * @throws MeritorderError `invalid_request` for unknown members and values out of range.
 */
export function readAutoRouter(plugin: Fields | undefined): AutoRouter {
  if (plugin === undefined) return { limits: {}, dials: [] }
  for (const member of Object.keys(plugin))
    if (!MEMBERS.includes(member))
      throw wrong(`plugins[].${member}`, `one of the known members: ${MEMBERS.join(', ')}`)
  if (optional(readBoolean, plugin.pin_model, 'plugins[].pin_model') === true)
    throw wrong('plugins[].pin_model', 'false or left out: every call is decided anew')
  const tier = optional(
    readWord(Object.keys(TIERS) as (keyof typeof TIERS)[]),
    plugin.cost_tier,
    'plugins[].cost_tier',
  )
  const field = 'plugins[].cost_quality_tradeoff'
  const tradeoff = optional(readUpTo(10), plugin.cost_quality_tradeoff, field)
  return {
    limits: defined({
      allowedModels: optional(readNames, plugin.allowed_models, 'plugins[].allowed_models'),
      excludedModels: optional(readNames, plugin.excluded_models, 'plugins[].excluded_models'),
    }),
    dials: [
      ...(tier === undefined ? [] : [{ field: 'plugins[].cost_tier', policy: tierPolicy(tier) }]),
      ...(tradeoff === undefined ? [] : [{ field, policy: tradeoffPolicy(tradeoff) }]),
    ],
  }
}

/** The policy of a `cost_quality_tradeoff` from 0 (the best) to 10 (the cheapest), as OpenRouter and Not Diamond count. */
export function tradeoffPolicy(tradeoff: number) {
  return costPolicy(`cost_quality_tradeoff:${tradeoff}`, (tradeoff / 10) ** 2)
}

function tierPolicy(tier: keyof typeof TIERS) {
  return { ...bestPolicy(`cost_tier:${tier}`), limits: { cheapestShare: TIERS[tier] } }
}
