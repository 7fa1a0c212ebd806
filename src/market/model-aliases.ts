/**
 * What no rule can know: hosts' names for a model that differ from OpenRouter's in more than spelling.
 * Left, the name in any spelling that `readModelName` reads as the same words; right, OpenRouter's slug.
 * Kept short on purpose: an entry needs a reason in the comment of its group.
 */
export const MODEL_ALIASES: readonly (readonly [string, string])[] = [
  // Anthropic's dated ids where two snapshots of one version exist (docs.anthropic.com, model deprecations).
  ['anthropic/claude-3-5-sonnet-20241022', 'anthropic/claude-3.5-sonnet'],
  ['anthropic/claude-3-5-sonnet-v2', 'anthropic/claude-3.5-sonnet'],
  ['anthropic/claude-3-5-sonnet-20240620', 'anthropic/claude-3.5-sonnet-20240620'],
  ['anthropic/claude-sonnet-3.5-june', 'anthropic/claude-3.5-sonnet-20240620'],
  ['anthropic/claude-3-7-sonnet', 'anthropic/claude-3.7-sonnet'],
  ['anthropic/claude-3-5-haiku', 'anthropic/claude-3.5-haiku'],
  ['anthropic/claude-3-opus', 'anthropic/claude-3-opus'],
  ['anthropic/claude-3-sonnet', 'anthropic/claude-3-sonnet'],
  // Gemini 3 was only ever sold as a preview under these names; hosts drop the word.
  ['google/gemini-3-flash', 'google/gemini-3-flash-preview'],
  ['google/gemini-3-pro', 'google/gemini-3-pro-preview'],
  ['google/gemini-3.1-pro', 'google/gemini-3.1-pro-preview'],
  ['google/gemini-2.0-flash', 'google/gemini-2.0-flash-001'],
  ['google/gemini-2.0-flash-lite', 'google/gemini-2.0-flash-lite-001'],
  // Meta's names carry the size of the active part and the number of experts, OpenRouter's neither.
  ['meta-llama/llama-4-maverick-17b-128e-instruct', 'meta-llama/llama-4-maverick'],
  ['meta-llama/llama-4-maverick-17b-instruct', 'meta-llama/llama-4-maverick'],
  ['meta-llama/llama-4-scout-17b-16e-instruct', 'meta-llama/llama-4-scout'],
  ['meta-llama/llama-4-scout-17b-instruct', 'meta-llama/llama-4-scout'],
  // Mistral: release month in the API, marketing version elsewhere (docs.mistral.ai, model overview).
  ['mistralai/mistral-small-2501', 'mistralai/mistral-small-24b-instruct-2501'],
  ['mistralai/mistral-small-2503', 'mistralai/mistral-small-3.1-24b-instruct'],
  ['mistralai/mistral-small-3.1-24b-instruct-2503', 'mistralai/mistral-small-3.1-24b-instruct'],
  ['mistralai/mistral-small-2506', 'mistralai/mistral-small-3.2-24b-instruct'],
  ['mistralai/mistral-small-3.2-24b-instruct-2506', 'mistralai/mistral-small-3.2-24b-instruct'],
  ['mistralai/mistral-small-3.2', 'mistralai/mistral-small-3.2-24b-instruct'],
  ['mistralai/mistral-small-4-119b-2603', 'mistralai/mistral-small-2603'],
  ['mistralai/mistral-small-4-119b', 'mistralai/mistral-small-2603'],
  ['mistralai/mistral-medium-2505', 'mistralai/mistral-medium-3'],
  ['mistralai/mistral-medium-2508', 'mistralai/mistral-medium-3.1'],
  ['mistralai/mistral-medium-2604', 'mistralai/mistral-medium-3-5'],
  ['mistralai/mistral-medium-3.5-128b', 'mistralai/mistral-medium-3-5'],
  ['mistralai/mistral-large-2', 'mistralai/mistral-large-2407'],
  ['mistralai/mistral-large-instruct-2411', 'mistralai/mistral-large-2411'],
  ['mistralai/mistral-large-3', 'mistralai/mistral-large-2512'],
  ['mistralai/mistral-large-3-675b', 'mistralai/mistral-large-2512'],
  ['mistralai/mistral-large-3-675b-instruct', 'mistralai/mistral-large-2512'],
  ['mistralai/mistral-large-3-675b-instruct-2512', 'mistralai/mistral-large-2512'],
  ['mistralai/mistral-nemo-instruct-2407', 'mistralai/mistral-nemo'],
  ['mistralai/mistral-nemo-12b-instruct', 'mistralai/mistral-nemo'],
  ['mistralai/open-mistral-nemo', 'mistralai/mistral-nemo'],
  ['mistralai/open-mixtral-8x22b', 'mistralai/mixtral-8x22b-instruct'],
  ['mistralai/mixtral-8x22b-instruct-v0.1', 'mistralai/mixtral-8x22b-instruct'],
  ['mistralai/devstral-2', 'mistralai/devstral-2512'],
  ['mistralai/devstral-2-123b', 'mistralai/devstral-2512'],
  ['mistralai/devstral-2-123b-instruct-2512', 'mistralai/devstral-2512'],
  ['mistralai/ministral-3-3b', 'mistralai/ministral-3b-2512'],
  ['mistralai/ministral-3-3b-instruct', 'mistralai/ministral-3b-2512'],
  ['mistralai/ministral-3-8b', 'mistralai/ministral-8b-2512'],
  ['mistralai/ministral-3-8b-instruct', 'mistralai/ministral-8b-2512'],
  ['mistralai/ministral-3-8b-instruct-2512', 'mistralai/ministral-8b-2512'],
  ['mistralai/ministral-3-14b', 'mistralai/ministral-14b-2512'],
  ['mistralai/ministral-3-14b-instruct', 'mistralai/ministral-14b-2512'],
  ['mistralai/pixtral-12b-2409', 'mistralai/pixtral-12b'],
  // DeepSeek: OpenRouter's `deepseek-chat` is V3 of December 2024, its Hugging Face name says so.
  ['deepseek/deepseek-v3', 'deepseek/deepseek-chat'],
  ['deepseek/deepseek-v3-0324', 'deepseek/deepseek-chat-v3-0324'],
  ['deepseek/deepseek-v3.1', 'deepseek/deepseek-chat-v3.1'],
  ['deepseek/deepseek-v3.1-671b', 'deepseek/deepseek-chat-v3.1'],
  ['deepseek/deepseek-r1-671b', 'deepseek/deepseek-r1'],
  ['deepseek/r1', 'deepseek/deepseek-r1'],
  ['deepseek/v3.2', 'deepseek/deepseek-v3.2'],
  ['deepseek/deepseek-3.2', 'deepseek/deepseek-v3.2'],
  ['deepseek/deepseek-4-flash', 'deepseek/deepseek-v4-flash'],
  // Kimi K2's first release is July 2025.
  ['moonshotai/kimi-k2-0711', 'moonshotai/kimi-k2'],
  ['moonshotai/kimi-k2-0711-preview', 'moonshotai/kimi-k2'],
  ['moonshotai/kimi-k2-instruct-0711', 'moonshotai/kimi-k2'],
  ['moonshotai/kimi-k2-1t', 'moonshotai/kimi-k2'],
  ['moonshotai/kimi-k2-0905-preview', 'moonshotai/kimi-k2-0905'],
  // Qwen: OpenRouter drops the size of the largest coder, and names the July 2025 instruct release by its date alone.
  ['qwen/qwen3-coder-480b', 'qwen/qwen3-coder'],
  ['qwen/qwen3-coder-480b-a35b', 'qwen/qwen3-coder'],
  ['qwen/qwen3-coder-480b-a35b-instruct', 'qwen/qwen3-coder'],
  ['qwen/qwen3-30b-a3b-2507', 'qwen/qwen3-30b-a3b-instruct-2507'],
  ['qwen/qwen3-235b-a22b-thinking', 'qwen/qwen3-235b-a22b-thinking-2507'],
  // xAI's first Grok 4 snapshot is the only one.
  ['x-ai/grok-4-0709', 'x-ai/grok-4'],
  ['x-ai/grok-code', 'x-ai/grok-code-fast-1'],
  // Cohere and others whose slug at OpenRouter lacks the release or the version.
  ['cohere/command-a-03-2025', 'cohere/command-a'],
  ['cohere/north-mini-code-1', 'cohere/north-mini-code'],
  ['deepcogito/cogito-2.1-671b', 'deepcogito/cogito-v2.1-671b'],
  ['openai/gpt-5.1-instant', 'openai/gpt-5.1-chat'],
  ['openai/gpt-5.2-instant', 'openai/gpt-5.2-chat'],
  ['openai/gpt-5.3-instant', 'openai/gpt-5.3-chat'],
  ['minimax/minimax-text-01', 'minimax/minimax-01'],
]

/** The same id means something else at one host: `provider/id` → slug. */
export const HOST_ALIASES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    // Bedrock's model card names it DeepSeek-V3.1.
    'amazon-bedrock/deepseek.v3-v1:0': 'deepseek/deepseek-chat-v3.1',
    'amazon-bedrock/qwen.qwen3-next-80b-a3b': 'qwen/qwen3-next-80b-a3b-instruct',
    'amazon-bedrock/qwen.qwen3-vl-235b-a22b': 'qwen/qwen3-vl-235b-a22b-instruct',
    'kimi-for-coding/k2p5': 'moonshotai/kimi-k2.5',
    'kimi-for-coding/k2p6': 'moonshotai/kimi-k2.6',
    'digitalocean/mistral-3-14B': 'mistralai/ministral-14b-2512',
    // The gateway's own names for what it lists as the July 2025 and March 2025 releases.
    'iflowcn/qwen3-235b-a22b-instruct': 'qwen/qwen3-235b-a22b-2507',
    'vercel/alibaba/qwen-3-235b': 'qwen/qwen3-235b-a22b-2507',
    'vercel/deepseek/deepseek-v3': 'deepseek/deepseek-chat-v3-0324',
    'vercel/mistral/mistral-medium': 'mistralai/mistral-medium-3.1',
    // Ollama's plain tag of Qwen3-VL is the thinking model; its instruct tag says so.
    'ollama-cloud/qwen3-vl:235b': 'qwen/qwen3-vl-235b-a22b-thinking',
    // Here the listing is V3.2-Exp under the name of the later release.
    'iflowcn/deepseek-v3.2': 'deepseek/deepseek-v3.2-exp',
  }),
)

/**
 * DeepSeek's own API and its resellers move `deepseek-chat` to the newest model, while OpenRouter's slug of that name
 * stays V3: only at these hosts the id means the slug.
 */
export const DEEPSEEK_CHAT = {
  slug: 'deepseek/deepseek-chat',
  moving: 'deepseek/deepseek-chat-latest',
  namedAsOpenRouter: new Set(['openrouter', 'kilo']),
} as const
