import type { Model } from './offer.ts'

/** Sizes of a model, in billions of parameters, as ranges where only estimates exist. */
export interface ModelSize {
  readonly activeParameters: Range
  readonly totalParameters: Range
}

interface Range {
  readonly low: number
  readonly high: number
}

/** Active parameters, in billions, that the makers' size words stand for; EcoLogits' ranges for models of that class. */
const SIZE_WORDS: readonly (readonly [RegExp, number, number])[] = [
  [/(^|-)(nano|micro|tiny)(-|$)/, 5, 18.5],
  [/(^|-)(lite|mini|haiku|small|instant)(-|$)/, 8, 35],
  [/(^|-)(flash|fast|turbo|medium|air)(-|$)/, 20, 70],
  [/(^|-)(opus|ultra|pro)(-|$)|gpt-4\.5/, 100, 400],
]

/** Total over active parameters of the closed mixtures in EcoLogits' list (440 over the middle of 44 to 132). */
export const TOTAL_PER_ACTIVE = 5

/**
 * The size to reckon with: what the catalog states, else what the name states, else what its size word usually
 * stands for, else that of a frontier model (30 to 132 billion active, EcoLogits' range for GPT-4o and GPT-5).
 */
export function assumedSize(model: Model): ModelSize {
  const { slug, activeParameters, totalParameters } = model
  if (activeParameters !== undefined)
    return { activeParameters, totalParameters: totalParameters ?? activeParameters }
  const stated = statedSize(slug)
  if (stated !== undefined) return stated
  const name = slug.slice(slug.indexOf('/') + 1)
  const [, low = 30, high = 132] = SIZE_WORDS.find(([word]) => word.test(name)) ?? []
  return {
    activeParameters: { low, high },
    totalParameters: totalParameters ?? { low: TOTAL_PER_ACTIVE * low, high: TOTAL_PER_ACTIVE * high },
  }
}

/** Open mixtures of experts whose names do not tell both sizes: [total, active], from their model cards on Hugging Face. */
const MODEL_CARDS: Readonly<Record<string, readonly [number, number]>> = {
  'deepcogito/cogito-v2.1-671b': [671, 37], // deepcogito/cogito-671b-v2.1
  'deepseek/deepseek-chat': [671, 37], // deepseek-ai/DeepSeek-V3
  'deepseek/deepseek-chat-v3-0324': [671, 37],
  'deepseek/deepseek-chat-v3.1': [671, 37], // deepseek-ai/DeepSeek-V3.1
  'deepseek/deepseek-r1': [671, 37], // deepseek-ai/DeepSeek-R1
  'deepseek/deepseek-r1-0528': [671, 37],
  'deepseek/deepseek-v3.1-terminus': [671, 37],
  'deepseek/deepseek-v3.2': [671, 37], // deepseek-ai/DeepSeek-V3.2
  'deepseek/deepseek-v3.2-exp': [671, 37],
  'meta-llama/llama-4-maverick': [400, 17], // meta-llama/Llama-4-Maverick-17B-128E-Instruct
  'meta-llama/llama-4-scout': [109, 17], // meta-llama/Llama-4-Scout-17B-16E-Instruct
  'minimax/minimax-01': [456, 45.9], // MiniMaxAI/MiniMax-Text-01
  'minimax/minimax-m1': [456, 45.9], // MiniMaxAI/MiniMax-M1-80k
  'minimax/minimax-m2': [230, 10], // MiniMaxAI/MiniMax-M2
  'mistralai/mistral-large-2512': [675, 41], // mistralai/Mistral-Large-3-675B-Instruct-2512
  'moonshotai/kimi-k2': [1000, 32], // moonshotai/Kimi-K2-Instruct
  'moonshotai/kimi-k2-0905': [1000, 32],
  'moonshotai/kimi-k2-thinking': [1000, 32], // moonshotai/Kimi-K2-Thinking
  'openai/gpt-oss-120b': [116.8, 5.1], // openai/gpt-oss-120b
  'openai/gpt-oss-20b': [20.9, 3.6], // openai/gpt-oss-20b
  'openai/gpt-oss-safeguard-120b': [116.8, 5.1],
  'openai/gpt-oss-safeguard-20b': [20.9, 3.6],
  'qwen/qwen3-coder': [480, 35], // Qwen/Qwen3-Coder-480B-A35B-Instruct
  'qwen/qwen3-coder-next': [80, 3], // Qwen/Qwen3-Coder-Next
  'xiaomi/mimo-v2-flash': [309, 15], // XiaomiMiMo/MiMo-V2-Flash
  'z-ai/glm-4.5': [355, 32], // zai-org/GLM-4.5
  'z-ai/glm-4.5-air': [106, 12], // zai-org/GLM-4.5-Air
  'z-ai/glm-4.5v': [106, 12], // zai-org/GLM-4.5V
  'z-ai/glm-4.6': [355, 32], // zai-org/GLM-4.6
}

/** The size of a model whose slug or model card tells it: `-8b`, `-30b-a3b`, `8x22b`; undefined otherwise. */
export function statedSize(slug: string): ModelSize | undefined {
  const base = slug.replace(/:.*$/, '')
  if (Object.hasOwn(MODEL_CARDS, base)) {
    const [total = 0, active = 0] = MODEL_CARDS[base] ?? []
    return { activeParameters: range(active), totalParameters: range(total) }
  }
  const name = base.slice(base.indexOf('/') + 1)
  const experts = /(?:^|-)(\d+)x(\d+(?:\.\d+)?)b(?=-|$)/.exec(name)
  if (experts !== null) return mixtureOfMixtral(Number(experts[1]), Number(experts[2]))
  const total = billions(/(?:^|-)(\d+(?:\.\d+)?)([bm])(?=-|$)/.exec(name))
  if (total === undefined) return undefined
  const active = billions(/(?:^|-)a(\d+(?:\.\d+)?)(b)(?=-|$)/.exec(name)) ?? total
  return { activeParameters: range(active), totalParameters: range(total) }
}

/**
 * Mixtral's way: two of the experts work on a token and share the attention layers, so the name overstates both
 * sizes. Mixtral 8x7B has 46.7 in total and 12.9 active (`8x7` = 56), 8x22B 140.6 and 39.1 (176): 0.82 and 0.9.
 */
function mixtureOfMixtral(experts: number, billionsEach: number): ModelSize {
  return {
    activeParameters: range(0.9 * 2 * billionsEach),
    totalParameters: range(0.82 * experts * billionsEach),
  }
}

function billions(match: RegExpExecArray | null): number | undefined {
  if (match === null) return undefined
  return match[2] === 'm' ? Number(match[1]) / 1000 : Number(match[1])
}

/** A figure or an estimate from {min} to {max} as a range. */
export function range(value: number | { readonly min: number; readonly max: number }): Range {
  return typeof value === 'number' ? { low: value, high: value } : { low: value.min, high: value.max }
}
