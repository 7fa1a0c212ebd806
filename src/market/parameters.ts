import type { Endpoint, ProviderFamily } from './offer.ts'

/** The parameters of a chat completion that not every host takes, in OpenRouter's words. At most 31. */
export const PARAMETERS = [
  'temperature',
  'reasoning',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'response_format',
  'structured_outputs',
  'max_tokens',
  'stop',
  'top_p',
  'top_k',
  'top_a',
  'min_p',
  'frequency_penalty',
  'presence_penalty',
  'repetition_penalty',
  'seed',
  'logit_bias',
  'logprobs',
  'top_logprobs',
  'prediction',
  'verbosity',
  'web_search_options',
] as const

export type Parameter = (typeof PARAMETERS)[number]

/** In the documents of every family, see `dispatch/providers`. */
const COMMON: readonly Parameter[] = ['max_tokens', 'top_p']

/** What the families' own API references list besides. */
const OF_FAMILY: Readonly<Partial<Record<ProviderFamily, readonly Parameter[]>>> = {
  'openai-compatible': [
    ...(['frequency_penalty', 'presence_penalty', 'seed'] as const),
    ...(['logit_bias', 'logprobs', 'top_logprobs'] as const),
  ],
  anthropic: ['top_k'],
  google: ['top_k', 'frequency_penalty', 'presence_penalty', 'seed'],
}

/** What single hosts document beyond their family. */
const OF_PROVIDER: Readonly<Record<string, readonly Parameter[]>> = {
  openai: ['prediction', 'verbosity', 'web_search_options'],
  openrouter: [
    ...(['top_k', 'top_a', 'min_p', 'repetition_penalty'] as const),
    ...(['prediction', 'verbosity', 'web_search_options'] as const),
  ],
  vllm: ['top_k', 'min_p', 'repetition_penalty'],
}

/**
 * The parameters that an endpoint is known to take: its abilities from the catalog, the rest from what its wire
 * family documents. What nobody states (`top_a` at a host of its own making) is not among them.
 *
 * @param family that the endpoint is spoken to in.
 */
export function supportedParameters(endpoint: Endpoint, family: ProviderFamily): readonly Parameter[] {
  const { tools, structuredOutput, reasoning, temperature } = endpoint.supports
  return [
    ...(temperature ? (['temperature'] as const) : []),
    ...(reasoning ? (['reasoning'] as const) : []),
    ...(tools ? (['tools', 'tool_choice', 'parallel_tool_calls'] as const) : []),
    ...(structuredOutput ? (['response_format', 'structured_outputs'] as const) : []),
    ...COMMON,
    // The Responses API has no words to stop at.
    ...(family === 'openai-responses' ? [] : (['stop'] as const)),
    ...(OF_FAMILY[family] ?? []),
    ...(OF_PROVIDER[endpoint.provider] ?? []),
  ]
}

/** Members of a body, in any dialect, that are a parameter under another name. */
const MEANS: ReadonlyMap<string, Parameter> = new Map([
  ['max_completion_tokens', 'max_tokens'],
  ['max_output_tokens', 'max_tokens'],
  ['stop_sequences', 'stop'],
  ['reasoning_effort', 'reasoning'],
  ['include_reasoning', 'reasoning'],
  ['thinking', 'reasoning'],
])

/** The parameters that a body sends. Null counts as absent. */
export function sentParameters(body: Readonly<Record<string, unknown>>): readonly Parameter[] {
  const sent = new Set<Parameter>()
  for (const [member, value] of Object.entries(body)) {
    if (value === null || value === undefined) continue
    const parameter = MEANS.get(member) ?? PARAMETERS.find((known) => known === member)
    if (parameter !== undefined) sent.add(parameter)
  }
  return [...sent]
}
