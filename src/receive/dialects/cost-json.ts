import type { Bill } from '../../market/cost.ts'
import { toUsd } from '../../money.ts'

/**
 * What a call has cost, as OpenRouter says it beside the tokens. `is_byok` is false: `cost` is all that the call has cost, so
 * that OpenRouter's rule, cost + (is_byok ? upstream_inference_cost : 0), counts it once. Null where no price is known.
 */
export function costJson(bill: Bill | undefined) {
  if (bill === undefined) return { cost: null, is_byok: false }
  return {
    cost: toUsd(bill.total),
    is_byok: false,
    cost_details: {
      upstream_inference_cost: null,
      upstream_inference_prompt_cost: toUsd(bill.prompt),
      upstream_inference_completions_cost: toUsd(bill.completion),
    },
  }
}
