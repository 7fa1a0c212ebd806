/** Providers that OpenRouter calls otherwise than the catalog does, by its slug. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  'alibaba-cloud': ['alibaba'],
  'amazon-nova': ['nova'],
  azure: ['azure', 'azure-cognitive-services'],
  cloudflare: ['cloudflare-workers-ai'],
  'claude-platform-on-aws': ['amazon-bedrock'],
  fireworks: ['fireworks-ai'],
  'google-ai-studio': ['google'],
  'google-vertex': ['google-vertex', 'google-vertex-anthropic'],
  'inference-net': ['inference'],
  inferencenet: ['inference'],
  meta: ['llama'],
  'moonshot-ai': ['moonshotai'],
  novita: ['novita-ai'],
  tencent: ['tencent-tokenhub'],
  together: ['togetherai'],
  wafer: ['wafer.ai'],
  'x-ai': ['xai'],
  'z-ai': ['zai'],
}

/**
 * Slugs that mean a provider of OpenRouter (the names in its schema `ProviderName`, as slugs) or a model server on one's
 * own machine, though the catalog may have nothing to sell there: callers may list them, which then selects nothing.
 */
const SOLD_ELSEWHERE = new Set(
  (
    'ai21 aionlabs akashml alibaba amazon-bedrock ambient anthropic arcee-ai atlas-cloud atlascloud avian baidu ' +
    'baseten black-forest-labs byteplus cerebras chutes cirrascale clarifai cohere coreweave crucible crusoe ' +
    'darkbloom databricks decart deepgram deepinfra deepseek dekallm digitalocean featherless fish-audio friendli ' +
    'gmicloud google groq heygen inception inceptron inferact-vllm infermatic inflection io-net ionstream krea liquid ' +
    'lm-studio llama.cpp makora mancer mancer-2 mara minimax mistral modal modelrun modular morph ncompass nebius ' +
    'nex-agi nextbit nvidia ollama open-inference openai openinference parasail perceptron perplexity phala poolside ' +
    'quiver recraft reka relace runway sail-research sakana-ai sambanova seed siliconflow sourceful stealth stepfun ' +
    'streamlake switchpoint tenstorrent thinking-machines upstage venice vllm voyageai-by-mongodb wandb xai xiaomi'
  ).split(' '),
)

/** OpenRouter's slug or name of a provider as a slug: `Z.AI` is `z-ai`. */
function slugOf(name: string): string {
  return name.toLowerCase().replace(/[ .]+/g, '-')
}

/** The catalog's slugs that a caller's name of a provider may stand for, besides itself. */
export function otherSlugs(name: string): readonly string[] {
  const slug = slugOf(name)
  return ALSO[slug] ?? [slug]
}

/** True for a provider that exists, though the catalog may not have it. */
export function isSoldElsewhere(name: string): boolean {
  const slug = slugOf(name)
  return SOLD_ELSEWHERE.has(slug) || SOLD_ELSEWHERE.has(name.toLowerCase()) || Object.hasOwn(ALSO, slug)
}
