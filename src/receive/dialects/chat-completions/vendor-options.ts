import type { LanguageModelV4CallOptions, SharedV4ProviderOptions } from '@ai-sdk/provider'
import {
  defined,
  type Fields,
  optional,
  type Reader,
  readBoolean,
  readLimit,
  readNumber,
  readObject,
  readString,
  readWord,
  wrong,
} from '../../fields.ts'
import { readCachePoint } from './cache-point.ts'

type Options = Readonly<Record<string, unknown>>

/**
 * What only some vendors have of a chat completion, under the names that their packages read. Each package reads its own.
 *
 * @throws MeritorderError `invalid_request`
 */
export function vendorOptions(body: Fields): SharedV4ProviderOptions | undefined {
  const cachePoint = readCachePoint(body)
  const parallel = optional(readBoolean, body.parallel_tool_calls, 'parallel_tool_calls')
  const options: Record<string, Options> = {
    openai: { ...openAi(body), ...defined({ parallelToolCalls: parallel }) },
    anthropic: { ...anthropic(body), ...cachePoint?.anthropic },
    google: google(body),
    amazonBedrock: bedrock(body),
  }
  const said = Object.entries(options).filter(([, values]) => Object.keys(values).length > 0)
  return said.length === 0 ? undefined : (Object.fromEntries(said) as SharedV4ProviderOptions)
}

/** Members that stand in `vendorOptions` for these vendors only: a loss to all others. */
export const ONLY_AT: Readonly<Record<string, readonly string[]>> = {
  logit_bias: ['openai'],
  logprobs: ['openai'],
  top_logprobs: ['openai'],
  prompt_cache_key: ['openai'],
  service_tier: ['openai', 'google'],
  verbosity: ['openai'],
  image_config: ['google'],
  cache_control: ['anthropic'],
  prediction: [],
}

function openAi(body: Fields): Options {
  const top = optional(readNumber, body.top_logprobs, 'top_logprobs')
  return defined({
    logitBias: optional(readObject, body.logit_bias, 'logit_bias'),
    logprobs: top ?? optional(readBoolean, body.logprobs, 'logprobs'),
    promptCacheKey: optional(readString, body.prompt_cache_key, 'prompt_cache_key'),
    serviceTier: readTier(body.service_tier),
    textVerbosity: optional(readVerbosity, body.verbosity, 'verbosity'),
    reasoningSummary: optional(readString, reasoningOf(body).summary, 'reasoning.summary'),
  })
}

function anthropic(body: Fields): Options {
  const budget = budgetOf(body)
  return budget === undefined ? {} : { thinking: { type: 'enabled', budgetTokens: budget } }
}

function google(body: Fields): Options {
  const budget = budgetOf(body)
  const effort = readReasoning(body)
  const thinks = budget !== undefined || (effort !== undefined && effort !== 'none')
  const shown = thinks ? { includeThoughts: !excludesThoughts(body) } : {}
  const thinking = { ...defined({ thinkingBudget: budget }), ...shown }
  const image = optional(readObject, body.image_config, 'image_config')
  const imageConfig = defined({
    aspectRatio: optional(readString, image?.aspect_ratio, 'image_config.aspect_ratio'),
    imageSize: optional(readString, image?.image_size, 'image_config.image_size'),
  })
  const tier = readTier(body.service_tier)
  const modalities = Array.isArray(body.modalities)
    ? body.modalities.map((one) => String(one).toUpperCase())
    : []
  return {
    ...(Object.keys(thinking).length > 0 && { thinkingConfig: thinking }),
    ...(Object.keys(imageConfig).length > 0 && { imageConfig }),
    ...(modalities.some((one) => one !== 'TEXT') && { responseModalities: modalities }),
    ...((tier === 'flex' || tier === 'priority') && { serviceTier: tier }),
  }
}

function bedrock(body: Fields): Options {
  const budget = budgetOf(body)
  return budget === undefined ? {} : { reasoningConfig: { type: 'enabled', budgetTokens: budget } }
}

const TIERS = ['auto', 'default', 'fast', 'flex', 'priority', 'scale'] as const

/** OpenRouter takes `fast` for `priority`; `scale` is for contracts and means the default elsewhere. */
function readTier(value: unknown): 'auto' | 'default' | 'flex' | 'priority' | undefined {
  const tier = optional(readWord(TIERS), value, 'service_tier')
  if (tier === 'fast') return 'priority'
  return tier === 'scale' ? 'default' : tier
}

const readVerbosity: Reader<string> = readWord(['low', 'medium', 'high'])

function reasoningOf(body: Fields): Fields {
  return optional(readObject, body.reasoning, 'reasoning') ?? {}
}

/** OpenRouter's `reasoning.exclude`, and `include_reasoning: false` as it was called before. */
function excludesThoughts(body: Fields): boolean {
  const excluded = optional(readBoolean, reasoningOf(body).exclude, 'reasoning.exclude') ?? false
  return excluded || optional(readBoolean, body.include_reasoning, 'include_reasoning') === false
}

/** `reasoning.max_tokens`, unless reasoning is switched off. */
function budgetOf(body: Fields): number | undefined {
  const reasoning = reasoningOf(body)
  return reasoning.enabled === false
    ? undefined
    : optional(readLimit, reasoning.max_tokens, 'reasoning.max_tokens')
}

const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const

/**
 * How hard to think: OpenAI's `reasoning_effort`, else OpenRouter's `reasoning`, whose `enabled: true` alone means medium.
 *
 * @throws MeritorderError `invalid_request`, also for two efforts that differ.
 */
export function readReasoning(body: Fields): LanguageModelV4CallOptions['reasoning'] {
  const effort = optional(readWord(EFFORTS), body.reasoning_effort, 'reasoning_effort')
  const reasoning = reasoningOf(body)
  const asked = optional(readWord(EFFORTS), reasoning.effort, 'reasoning.effort')
  const enabled = optional(readBoolean, reasoning.enabled, 'reasoning.enabled')
  if (effort !== undefined && asked !== undefined && effort !== asked)
    throw wrong('reasoning_effort', 'left out, or the same as reasoning.effort')
  if (effort !== undefined) return effort
  if (enabled === false) return 'none'
  const budget = optional(readLimit, reasoning.max_tokens, 'reasoning.max_tokens')
  return asked ?? (enabled === true && budget === undefined ? 'medium' : undefined)
}
