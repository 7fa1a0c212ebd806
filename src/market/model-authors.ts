/** Who made a model: the author part of OpenRouter's slugs, under the names that hosts use for it. */

/** Author names in host ids → author as OpenRouter writes it. Names that OpenRouter writes the same way map to themselves. */
const AUTHORS: Readonly<Record<string, string>> = {
  'ai21-labs': 'ai21',
  ai21: 'ai21',
  'aion-labs': 'aion-labs',
  alibaba: 'qwen',
  allenai: 'allenai',
  amazon: 'amazon',
  anthropic: 'anthropic',
  arcee: 'arcee-ai',
  arcee_ai: 'arcee-ai',
  'arcee-ai': 'arcee-ai',
  baidu: 'baidu',
  bytedance: 'bytedance',
  'bytedance-seed': 'bytedance-seed',
  cohere: 'cohere',
  coherelabs: 'cohere',
  deepcogito: 'deepcogito',
  deepseek: 'deepseek',
  'deepseek-ai': 'deepseek',
  essentialai: 'essentialai',
  google: 'google',
  grok: 'x-ai',
  'ibm-granite': 'ibm-granite',
  inception: 'inception',
  inclusionai: 'inclusionai',
  kimi: 'moonshotai',
  kuaishou: 'kwaipilot',
  kwaipilot: 'kwaipilot',
  liquid: 'liquid',
  liquidai: 'liquid',
  meituan: 'meituan',
  llama: 'meta-llama',
  meta: 'meta-llama',
  'meta-llama': 'meta-llama',
  microsoft: 'microsoft',
  minimax: 'minimax',
  minimaxai: 'minimax',
  mistral: 'mistralai',
  'mistral-ai': 'mistralai',
  mistralai: 'mistralai',
  moonshot: 'moonshotai',
  moonshotai: 'moonshotai',
  nousresearch: 'nousresearch',
  nvidia: 'nvidia',
  openai: 'openai',
  perplexity: 'perplexity',
  'prime-intellect': 'prime-intellect',
  primeintellect: 'prime-intellect',
  qwen: 'qwen',
  sakana: 'sakana',
  sao10k: 'sao10k',
  sarvam: 'sarvam',
  sarvamai: 'sarvam',
  stepfun: 'stepfun',
  'stepfun-ai': 'stepfun',
  tencent: 'tencent',
  thedrummer: 'thedrummer',
  thudm: 'z-ai',
  upstage: 'upstage',
  writer: 'writer',
  'x-ai': 'x-ai',
  xai: 'x-ai',
  xiaomi: 'xiaomi',
  xiaomimimo: 'xiaomi',
  'z-ai': 'z-ai',
  zai: 'z-ai',
  'zai-org': 'z-ai',
  zhipuai: 'z-ai',
}

/** First word of a model's name → its author, for ids that name no author (`llama-3.3-70b`, `o3-mini`). */
const FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/nemotron/, 'nvidia'],
  [/^(claude|opus|sonnet|haiku)\b/, 'anthropic'],
  [/^(gpt|chatgpt|o[134]|codex|whisper|dall-e|text-embedding-(3|ada)|sora|tts-1)\b/, 'openai'],
  [/^(gemini|gemma|imagen|veo|lyria|learnlm|paligemma|nano-banana)/, 'google'],
  [/^(llama|codellama)/, 'meta-llama'],
  [/^(open-)?(mistral|ministral|mixtral|codestral|devstral|magistral|pixtral|voxtral)/, 'mistralai'],
  [/^(qwen|qwq|qvq)/, 'qwen'],
  [/^deepseek/, 'deepseek'],
  [/^(chat)?glm\b/, 'z-ai'],
  [/^kimi/, 'moonshotai'],
  [/^minimax/, 'minimax'],
  [/^grok/, 'x-ai'],
  [/^(command|c4ai|aya)\b/, 'cohere'],
  [/^nova-(2-|lite|micro|pro|premier)/, 'amazon'],
  [/^phi-\d/, 'microsoft'],
  [/^hermes-\d/, 'nousresearch'],
  [/^mimo-v/, 'xiaomi'],
  [/^step-\d/, 'stepfun'],
  [/^sonar\b/, 'perplexity'],
  [/^ernie/, 'baidu'],
  [/^(hunyuan|hy3)/, 'tencent'],
  [/^(doubao-)?seed-\d/, 'bytedance-seed'],
  [/^doubao/, 'bytedance'],
  [/^jamba/, 'ai21'],
  [/^granite/, 'ibm-granite'],
  [/^(ling|ring)-(flash|mini|\d)/, 'inclusionai'],
  [/^mercury/, 'inception'],
  [/^trinity/, 'arcee-ai'],
  [/^sarvam/, 'sarvam'],
  [/^fugu/, 'sakana'],
  [/^solar/, 'upstage'],
  [/^palmyra/, 'writer'],
  [/^olmo/, 'allenai'],
  [/^rnj/, 'essentialai'],
  [/^cogito/, 'deepcogito'],
  [/^lfm/, 'liquid'],
  [/^kat-/, 'kwaipilot'],
  [/^longcat/, 'meituan'],
  [/^intellect-\d/, 'prime-intellect'],
  [/^laguna/, 'poolside'],
]

/** Words that hosts put before a model's own name to say who made it: `openai-gpt-4.1`, `zai-org-glm-5`. */
const LABEL =
  /^(ai21|openai|anthropic|zai-org|z-ai|zai|meta|nvidia|xiaomi|alibaba|google|cohere|arcee|aion-labs|moonshotai|moonshot|amazon|microsoft|perplexity|xai)-+(?=[a-z]|o[134]\b)/

/** The author as OpenRouter writes it, when `name` is one of the names that hosts use for it. */
export function knownAuthor(name: string): string | undefined {
  return Object.hasOwn(AUTHORS, name) ? AUTHORS[name] : undefined
}

/** The author that a host is: `moonshotai-cn` sells Moonshot's own models. */
export function makerOf(provider: string): string | undefined {
  return knownAuthor(provider.replace(/-cn$|(-cn)?-(coding|token)-plan.*$/, ''))
}

/** The author that a model's name gives away by its family (`llama…` → `meta-llama`). */
export function authorOfFamily(name: string): string | undefined {
  return FAMILIES.find(([pattern]) => pattern.test(name))?.[1]
}

/** Splits a maker's label off a name: `openai-gpt-4.1` → `openai` and `gpt-4.1`. */
export function splitLabel(name: string): { readonly author?: string; readonly name: string } {
  const label = LABEL.exec(name)
  if (label === null) return { name }
  const author = knownAuthor(label[1] ?? '')
  return { name: name.slice(label[0].length), ...(author !== undefined && { author }) }
}
