/** What a host that speaks OpenAI's chat completions does otherwise than most, from its own documentation. */
export interface HostHabits {
  /** The name of the limit on an answer, where it takes only one of the two. */
  readonly limit?: 'max_tokens' | 'max_completion_tokens'
  /** Members of the body that it refuses with 400. */
  readonly refuses?: readonly string[]
  /** Those that its thinking models refuse. */
  readonly thinkersRefuse?: readonly string[]
  /** Those that its models without a temperature refuse. */
  readonly fixedRefuse?: readonly string[]
  /** Members of a message that it refuses with 400. */
  readonly refusesInMessages?: readonly string[]
  /** It knows the role `developer`. Most hosts refuse it, and `system` means the same to them. */
  readonly developer?: true
}

/** Members of the body that a model with these abilities refuses at a host with these habits. */
export function refusedBy(
  { refuses = [], thinkersRefuse = [], fixedRefuse = [] }: HostHabits,
  { reasoning, temperature }: { readonly reasoning: boolean; readonly temperature: boolean },
): string[] {
  return [...refuses, ...(reasoning ? thinkersRefuse : []), ...(temperature ? [] : fixedRefuse)]
}

/** Known by the provider's slug, else by the host's name, for a provider that the configuration calls otherwise. */
export function habitsOf(slug: string, baseUrl: string | undefined): HostHabits {
  const known = HABITS.get(slug)
  if (known !== undefined || baseUrl === undefined) return known ?? PLAIN
  let habits = byAddress.get(baseUrl)
  if (habits === undefined) {
    habits = HABITS.get(new URL(baseUrl).hostname) ?? PLAIN
    byAddress.set(baseUrl, habits)
  }
  return habits
}

const PLAIN: HostHabits = {}

const OPENAI: HostHabits = {
  limit: 'max_completion_tokens',
  developer: true,
  // https://learn.microsoft.com/en-us/azure/foundry/openai/how-to/reasoning, "Not supported"
  fixedRefuse: [
    ...['top_p', 'presence_penalty', 'frequency_penalty'],
    ...['logprobs', 'top_logprobs', 'logit_bias'],
  ],
}

/** Addresses are taken apart once. */
const byAddress = new Map<string, HostHabits>()

const HABITS: ReadonlyMap<string, HostHabits> = new Map(
  (
    [
      // `max_tokens` is deprecated, and reasoning models refuse it: https://platform.openai.com/docs/api-reference/chat/create
      [['openai', 'api.openai.com', 'azure', 'azure-cognitive-services'], OPENAI],
      // "not supported by reasoning models. Adding them in the request would result in an error": https://docs.x.ai/docs/models
      [['xai', 'api.x.ai'], { thinkersRefuse: ['presence_penalty', 'frequency_penalty', 'stop'] }],
      // https://openrouter.ai/docs/api-reference/parameters: it adapts calls to its own providers.
      [['openrouter', 'openrouter.ai'], { developer: true }],
      // https://inference-docs.cerebras.ai/resources/openai
      [
        ['cerebras', 'api.cerebras.ai'],
        { refuses: ['frequency_penalty', 'presence_penalty', 'logit_bias', 'service_tier', 'store'] },
      ],
      // "will result in a 400 error (yikes) if they are supplied": https://console.groq.com/docs/openai
      [
        ['groq', 'api.groq.com'],
        { refuses: ['logprobs', 'top_logprobs', 'logit_bias'], refusesInMessages: ['name'], developer: true },
      ],
      // What they do not know they ignore, and so the limit itself would be lost:
      // https://api-docs.deepseek.com/api/create-chat-completion
      [['deepseek', 'api.deepseek.com'], { limit: 'max_tokens' }],
      // https://docs.perplexity.ai/api-reference/chat-completions-post
      [['perplexity', 'api.perplexity.ai'], { limit: 'max_tokens' }],
      // https://docs.ollama.com/api/openai-compatibility
      [['ollama', 'ollama-cloud', 'ollama.com'], { limit: 'max_tokens' }],
    ] satisfies [string[], HostHabits][]
  ).flatMap(([names, habits]) => names.map((name) => [name, habits] as const)),
)
