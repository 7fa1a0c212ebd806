import type { LanguageModelV4CallOptions } from '@ai-sdk/provider'
import {
  defined,
  type Fields,
  optional,
  readInteger,
  readObject,
  readString,
  readWord,
} from '../../fields.ts'

const EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max'] as const
type Effort = (typeof EFFORTS)[number]

const TYPES = ['enabled', 'adaptive', 'disabled', 'between_tools'] as const

/**
 * `thinking` and `output_config.effort`: for Anthropic’s models as they are, for all others as an effort. Where only
 * a budget is given, the effort is the one whose usual share of the answer comes nearest to it.
 *
 * @throws MeritorderError `invalid_request`
 */
export function readThinking(
  body: Fields,
): Pick<LanguageModelV4CallOptions, 'reasoning' | 'providerOptions'> {
  const thinking = optional(readObject, body.thinking, 'thinking')
  const config = optional(readObject, body.output_config, 'output_config')
  const effort = optional(readWord(EFFORTS), config?.effort, 'output_config.effort')
  const type = optional(readWord(TYPES), thinking?.type, 'thinking.type')
  const budgetTokens =
    type === 'enabled' ? readInteger(thinking?.budget_tokens, 'thinking.budget_tokens') : undefined
  const reasoning = reasoningOf(type, effort, budgetTokens, Number(body.max_tokens))
  const display = optional(readString, thinking?.display, 'thinking.display')
  const own = defined({
    thinking: type === undefined ? undefined : defined({ type, budgetTokens, display }),
    effort,
  })
  return {
    ...(reasoning === undefined ? {} : { reasoning }),
    ...(Object.keys(own).length === 0 ? {} : { providerOptions: { anthropic: own } }),
  }
}

/** Thinking that nobody measured is medium, as at the other vendors and at OpenRouter. */
function reasoningOf(
  type: (typeof TYPES)[number] | undefined,
  effort: Effort | undefined,
  budget: number | undefined,
  maxTokens: number,
): LanguageModelV4CallOptions['reasoning'] {
  if (type === 'disabled') return 'none'
  if (effort !== undefined || type === undefined) return effort
  return budget === undefined ? 'medium' : nearestEffort(budget / maxTokens)
}

/** Shares of the answer's limit, as OpenRouter turns an effort into a budget of thinking tokens. */
const SHARES: readonly (readonly [Effort | 'minimal', number])[] = [
  ['minimal', 0.1],
  ['low', 0.2],
  ['medium', 0.5],
  ['high', 0.8],
  ['xhigh', 0.95],
]

function nearestEffort(share: number): Effort | 'minimal' {
  const distance = ([, of]: (typeof SHARES)[number]) => Math.abs(of - share)
  return SHARES.reduce((best, step) => (distance(step) < distance(best) ? step : best))[0]
}
