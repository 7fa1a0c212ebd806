import { quantizationOf } from '../../decide/terms.ts'
import type { EndpointStatistics, Percentiles } from '../../market/live-statistics.ts'
import type { EndpointHealth, Model, Provider } from '../../market/offer.ts'
import { type Offer, supportedParameters } from './model-json.ts'
import { publicPricing } from './pricing.ts'

/** One endpoint with what is known of it right now. */
export interface LiveEndpoint {
  readonly endpoint: Offer
  readonly model: Model
  readonly provider: Provider
  readonly health: EndpointHealth
  readonly statistics: EndpointStatistics | undefined
}

/**
 * OpenRouter's `PublicEndpoint`, and two figures that it does not have: limited rates and tool calls. Times are milliseconds, uptimes percent; figures without a call behind them are null.
 * A context length that the host does not state is 0, which is what the schema leaves for it.
 *
 * @param now epoch ms
 */
export function publicEndpoint({ endpoint, model, provider, health, statistics }: LiveEndpoint, now: number) {
  const { tools } = endpoint.supports
  const { uptime = {}, rateLimited, validToolCalls, firstByteMs, tokensPerSecond } = statistics ?? {}
  return {
    name: `${provider.name} | ${model.slug}`,
    tag: provider.slug,
    provider_name: provider.name,
    model_id: model.slug,
    model_name: model.name,
    context_length: endpoint.contextTokens ?? 0,
    max_prompt_tokens: endpoint.maxPromptTokens ?? null,
    max_completion_tokens: endpoint.maxCompletionTokens ?? null,
    quantization: quantizationOf(endpoint),
    pricing: publicPricing(endpoint.price),
    supported_parameters: supportedParameters(endpoint),
    supports_tool_choice: { auto: tools, none: tools, required: tools, function: tools },
    supports_implicit_caching: false,
    status: statusOf(health, uptime.last30m, now),
    uptime_last_5m: percent(uptime.last5m),
    uptime_last_30m: percent(uptime.last30m),
    uptime_last_1d: percent(uptime.last1d),
    latency_last_30m: rounded(firstByteMs),
    throughput_last_30m: rounded(tokensPerSecond),
    rate_limited_last_30m: percent(rateLimited),
    valid_tool_calls_last_1d: percent(validToolCalls),
  }
}

/**
 * OpenRouter's thresholds (its page for providers): from 95 % uptime an endpoint is normal (0), from 80 % it ranks
 * lower (−1), below it is only fallen back on (−2); here also while it is paused after failures.
 */
function statusOf({ pausedUntil }: EndpointHealth, uptime: number | undefined, now: number): 0 | -1 | -2 {
  if (pausedUntil > now || (uptime ?? 1) < 0.8) return -2
  return (uptime ?? 1) < 0.95 ? -1 : 0
}

function percent(share: number | undefined): number | null {
  return share === undefined ? null : Number((100 * share).toFixed(3))
}

/** To three digits: they are known to within 4.9 %. */
function rounded(values: Percentiles | undefined): Percentiles | null {
  if (values === undefined) return null
  const digits = (value: number) => Number(value.toPrecision(3))
  const { p50, p75, p90, p99 } = values
  return { p50: digits(p50), p75: digits(p75), p90: digits(p90), p99: digits(p99) }
}
