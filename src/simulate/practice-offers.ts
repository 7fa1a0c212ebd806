import type { WireFamily } from '../market/families.ts'
import type { Modality, Model } from '../market/offer.ts'

/** A simulated provider. Prices are a real host's list prices; the speed is invented and measures nothing. */
export interface Host {
  readonly slug: string
  readonly name: string
  /** Whose list prices and model ids these are. */
  readonly pricesOf: string
  readonly firstByteMs: number
  readonly tokensPerSecond: number
  /** Standard deviation of the logarithm of both. */
  readonly spread: number
  /** Models that it offers in another wire family than OpenAI's, as the real host does. */
  readonly families: Readonly<Record<string, WireFamily>>
  readonly offers: readonly Offer[]
  readonly workOffers?: readonly WorkOffer[]
}

/** Model, the host's id for it, USD per million tokens (prompt, completion, cache read, cache write), context, output. */
export type Offer = readonly [
  model: string,
  upstreamModel: string,
  prompt: string,
  completion: string,
  cacheRead: string | null,
  cacheWrite: string | null,
  contextTokens: number,
  maxCompletionTokens: number,
]

/** A model for vectors or rankings: USD per million tokens, USD per search, window. */
export type WorkOffer = readonly [
  model: string,
  upstreamModel: string,
  prompt: string,
  request: string | null,
  contextTokens: number,
]

interface PracticeModel extends Model {
  readonly input: readonly Modality[]
  /** Output speed in proportion to the host's usual one (invented). */
  readonly pace: number
}

export const PRICES_AS_OF = '2026-07-02'

/** List prices of models.dev (MIT), snapshot of 2026-07-02, of the host named in `pricesOf`. */
export const HOSTS: readonly Host[] = [
  {
    slug: 'simulated-atlas',
    name: 'Simulated Atlas',
    pricesOf: 'Azure',
    firstByteMs: 620,
    tokensPerSecond: 75,
    spread: 0.45,
    families: { 'anthropic/claude-sonnet-4.5': 'anthropic', 'anthropic/claude-haiku-4.5': 'anthropic' },
    // biome-ignore format: one offer a line
    offers: [
      ['openai/gpt-5', 'gpt-5', '1.25', '10', '0.13', null, 272000, 128000],
      ['openai/gpt-5-mini', 'gpt-5-mini', '0.25', '2', '0.03', null, 272000, 128000],
      ['anthropic/claude-sonnet-4.5', 'claude-sonnet-4-5', '3', '15', '0.3', '3.75', 200000, 64000],
      ['anthropic/claude-haiku-4.5', 'claude-haiku-4-5', '1', '5', '0.1', '1.25', 200000, 64000],
      ['meta-llama/llama-3.3-70b-instruct', 'llama-3.3-70b-instruct', '0.71', '0.71', null, null, 128000, 32768],
      ['deepseek/deepseek-v3.2', 'deepseek-v3.2', '0.58', '1.68', null, null, 128000, 128000],
    ],
    // biome-ignore format: one offer a line
    workOffers: [
      ['openai/text-embedding-3-small', 'text-embedding-3-small', '0.02', null, 8191],
      ['openai/text-embedding-3-large', 'text-embedding-3-large', '0.13', null, 8191],
    ],
  },
  {
    slug: 'simulated-borealis',
    name: 'Simulated Borealis',
    pricesOf: 'Amazon Bedrock',
    firstByteMs: 780,
    tokensPerSecond: 60,
    spread: 0.35,
    families: {
      'anthropic/claude-sonnet-4.5': 'amazon-bedrock',
      'anthropic/claude-haiku-4.5': 'amazon-bedrock',
      'meta-llama/llama-3.3-70b-instruct': 'amazon-bedrock',
      'qwen/qwen3-32b': 'amazon-bedrock',
      'openai/gpt-oss-120b': 'amazon-bedrock',
      'mistralai/mistral-large-2512': 'amazon-bedrock',
    },
    // biome-ignore format: one offer a line
    offers: [
      ['anthropic/claude-sonnet-4.5', 'anthropic.claude-sonnet-4-5-20250929-v1:0', '3', '15', '0.3', '3.75', 200000, 64000],
      ['anthropic/claude-haiku-4.5', 'anthropic.claude-haiku-4-5-20251001-v1:0', '1', '5', '0.1', '1.25', 200000, 64000],
      ['meta-llama/llama-3.3-70b-instruct', 'meta.llama3-3-70b-instruct-v1:0', '0.72', '0.72', null, null, 128000, 4096],
      ['qwen/qwen3-32b', 'qwen.qwen3-32b-v1:0', '0.15', '0.6', null, null, 16384, 16384],
      ['openai/gpt-oss-120b', 'openai.gpt-oss-120b-1:0', '0.15', '0.6', null, null, 128000, 16384],
      ['mistralai/mistral-large-2512', 'mistral.mistral-large-3-675b-instruct', '0.5', '1.5', null, null, 256000, 8192],
    ],
    // models.dev has no such price; this one is AWS's own (aws.amazon.com/bedrock/pricing).
    workOffers: [['cohere/rerank-v3.5', 'cohere.rerank-v3-5:0', '0', '0.002', 4096]],
  },
  {
    slug: 'simulated-cirrus',
    name: 'Simulated Cirrus',
    pricesOf: 'Google Vertex AI',
    firstByteMs: 480,
    tokensPerSecond: 95,
    spread: 0.4,
    families: {
      'google/gemini-2.5-flash': 'google',
      'anthropic/claude-sonnet-4.5': 'anthropic',
      'anthropic/claude-haiku-4.5': 'anthropic',
    },
    // biome-ignore format: one offer a line
    offers: [
      ['google/gemini-2.5-flash', 'gemini-2.5-flash', '0.3', '2.5', '0.075', '0.383', 1048576, 65536],
      ['anthropic/claude-sonnet-4.5', 'claude-sonnet-4-5@20250929', '3', '15', '0.3', '3.75', 200000, 64000],
      ['anthropic/claude-haiku-4.5', 'claude-haiku-4-5@20251001', '1', '5', '0.1', '1.25', 200000, 64000],
      ['meta-llama/llama-3.3-70b-instruct', 'meta/llama-3.3-70b-instruct-maas', '0.72', '0.72', null, null, 128000, 8192],
      ['deepseek/deepseek-v3.2', 'deepseek-ai/deepseek-v3.2-maas', '0.56', '1.68', '0.056', null, 163840, 65536],
      ['openai/gpt-oss-120b', 'openai/gpt-oss-120b-maas', '0.09', '0.36', null, null, 131072, 32768],
    ],
    workOffers: [['google/gemini-embedding-001', 'gemini-embedding-001', '0.15', null, 2048]],
  },
  {
    slug: 'simulated-dynamo',
    name: 'Simulated Dynamo',
    pricesOf: 'Groq',
    firstByteMs: 210,
    tokensPerSecond: 320,
    spread: 0.3,
    families: {},
    // biome-ignore format: one offer a line
    offers: [
      ['meta-llama/llama-3.3-70b-instruct', 'llama-3.3-70b-versatile', '0.59', '0.79', null, null, 131072, 32768],
      ['qwen/qwen3-32b', 'qwen/qwen3-32b', '0.29', '0.59', null, null, 131072, 40960],
      ['openai/gpt-oss-120b', 'openai/gpt-oss-120b', '0.15', '0.6', '0.075', null, 131072, 65536],
    ],
  },
  {
    slug: 'simulated-estuary',
    name: 'Simulated Estuary',
    pricesOf: 'Novita AI',
    firstByteMs: 950,
    tokensPerSecond: 35,
    spread: 0.6,
    families: {},
    // biome-ignore format: one offer a line
    offers: [
      ['meta-llama/llama-3.3-70b-instruct', 'meta-llama/llama-3.3-70b-instruct', '0.135', '0.4', null, null, 131072, 120000],
      ['deepseek/deepseek-v3.2', 'deepseek/deepseek-v3.2', '0.269', '0.4', '0.1345', null, 163840, 65536],
      ['qwen/qwen3-32b', 'qwen/qwen3-32b-fp8', '0.1', '0.45', null, null, 40960, 20000],
      ['openai/gpt-oss-120b', 'openai/gpt-oss-120b', '0.05', '0.25', null, null, 131072, 32768],
    ],
  },
]

/** Facts of models.dev (MIT) and of the open models' own cards. */
// biome-ignore format: one model a line
export const MODELS: readonly PracticeModel[] = [
  model('openai/gpt-5', 'GPT-5', '2025-08-07', { reasoning: true, input: ['text', 'image'], pace: 0.8 }),
  model('openai/gpt-5-mini', 'GPT-5 Mini', '2025-08-07', { reasoning: true, input: ['text', 'image'], pace: 1.2 }),
  model('openai/gpt-oss-120b', 'GPT OSS 120B', '2025-08-05', { reasoning: true, parameters: [5.1, 117], pace: 1.6 }),
  model('anthropic/claude-sonnet-4.5', 'Claude Sonnet 4.5', '2025-09-29', { reasoning: true, input: ['text', 'image', 'file'], pace: 0.8 }),
  model('anthropic/claude-haiku-4.5', 'Claude Haiku 4.5', '2025-10-15', { reasoning: true, input: ['text', 'image', 'file'], pace: 1.4 }),
  model('google/gemini-2.5-flash', 'Gemini 2.5 Flash', '2025-06-17', { reasoning: true, input: ['text', 'image', 'audio', 'video', 'file'], pace: 1.5 }),
  model('meta-llama/llama-3.3-70b-instruct', 'Llama 3.3 70B Instruct', '2024-12-06', { parameters: [70, 70], pace: 1 }),
  model('deepseek/deepseek-v3.2', 'DeepSeek V3.2', '2025-12-01', { reasoning: true, parameters: [37, 671], pace: 0.7 }),
  model('qwen/qwen3-32b', 'Qwen3 32B', '2025-04-28', { reasoning: true, parameters: [32.8, 32.8], pace: 1.2 }),
  model('openai/text-embedding-3-small', 'Text Embedding 3 Small', '2024-01-25', { pace: 1 }),
  model('openai/text-embedding-3-large', 'Text Embedding 3 Large', '2024-01-25', { pace: 0.9 }),
  model('google/gemini-embedding-001', 'Gemini Embedding 001', '2025-05-20', { pace: 1.1 }),
  model('cohere/rerank-v3.5', 'Rerank 3.5', '2024-12-02', { pace: 1 }),
  model('mistralai/mistral-large-2512', 'Mistral Large 3', '2025-12-02', { input: ['text', 'image'], parameters: [41, 675], pace: 0.8 }),
]

function model(
  slug: string,
  name: string,
  releaseDate: string,
  facts: {
    readonly pace: number
    readonly reasoning?: true
    readonly input?: readonly Modality[]
    /** Active and total, in billions; only of models whose weights are open. */
    readonly parameters?: readonly [active: number, total: number]
  },
): PracticeModel {
  const { pace, reasoning = false, input = ['text'], parameters } = facts
  const size = parameters && {
    activeParameters: { low: parameters[0], high: parameters[0] },
    totalParameters: { low: parameters[1], high: parameters[1] },
  }
  return { slug, name, releaseDate, openWeights: parameters !== undefined, reasoning, input, pace, ...size }
}
