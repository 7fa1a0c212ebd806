import { MeritorderError } from '../errors.ts'
import type { Catalog, Endpoint, Model, Price } from '../market/offer.ts'
import { type ChatRequest, tokensOf } from './chat-request.ts'
import { perToken } from './practice-market.ts'
import type { RecordedRow, Recording } from './recording.ts'
import type { ProviderAnswer } from './simulated-answer.ts'

/** Slug of the provider that answers from a recording. */
export const RECORDED_PROVIDER = 'recorded'

interface KnownModel {
  readonly slug: string
  readonly name: string
  /** ISO date. */
  readonly releaseDate: string
  /** USD per million tokens. */
  readonly prompt: string
  readonly completion: string
  readonly contextTokens: number
  /** Active and total parameters, in billions; null where the weights are not open. */
  readonly parameters: readonly [active: number, total: number] | null
}

/**
 * RouterBench's eleven models (Hu et al. 2024, arXiv:2403.12031) at the public list prices of its time. Checked
 * against its recorded costs: every one of the 3,289 (299 prompts × 11 models) is a whole number of tokens at these.
 * Release dates are those of their makers' announcements: OpenAI's DevDay, Anthropic's "Introducing Claude" (for Instant
 * too) and "Claude 2", Meta's Llama 2 and Code Llama, Mistral's magnet links, the model cards of WizardLM and Yi.
 */
// biome-ignore format: one model a line
const KNOWN_MODELS: Readonly<Record<string, KnownModel>> = {
  'gpt-4-1106-preview': known('openai/gpt-4-1106-preview', 'GPT-4 Turbo (1106)', '2023-11-06', '10', '30', 128000, null),
  'gpt-3.5-turbo-1106': known('openai/gpt-3.5-turbo-1106', 'GPT-3.5 Turbo (1106)', '2023-11-06', '1', '2', 16385, null),
  'claude-v1': known('anthropic/claude-v1', 'Claude v1', '2023-03-14', '8', '24', 100000, null),
  'claude-v2': known('anthropic/claude-v2', 'Claude v2', '2023-07-11', '8', '24', 100000, null),
  'claude-instant-v1': known('anthropic/claude-instant-v1', 'Claude Instant v1', '2023-03-14', '0.8', '2.4', 100000, null),
  'meta/llama-2-70b-chat': known('meta-llama/llama-2-70b-chat', 'Llama 2 70B Chat', '2023-07-18', '0.9', '0.9', 4096, [69, 69]),
  'meta/code-llama-instruct-34b-chat': known('meta-llama/codellama-34b-instruct', 'Code Llama 34B Instruct', '2023-08-24', '0.776', '0.776', 16384, [33.7, 33.7]),
  'mistralai/mistral-7b-chat': known('mistralai/mistral-7b-instruct', 'Mistral 7B Instruct', '2023-09-27', '0.2', '0.2', 8192, [7.2, 7.2]),
  'mistralai/mixtral-8x7b-chat': known('mistralai/mixtral-8x7b-instruct', 'Mixtral 8x7B Instruct', '2023-12-11', '0.6', '0.6', 32768, [12.9, 46.7]),
  'WizardLM/WizardLM-13B-V1.2': known('wizardlm/wizardlm-13b', 'WizardLM 13B V1.2', '2023-07-25', '0.3', '0.3', 4096, [13, 13]),
  'zero-one-ai/Yi-34B-Chat': known('01-ai/yi-34b-chat', 'Yi 34B Chat', '2023-11-23', '0.8', '0.8', 4096, [34.4, 34.4]),
}

/**
 * The market of a recording: its models at one provider, `recorded`, whose endpoints take the file's own names.
 * Models that are not known here keep their name as slug and get the one flat price per token
 * that reproduces the sum of their recorded costs; without recorded costs they get none.
 */
export function replayCatalog(baseUrl: string, recording: Recording): Catalog {
  const sold = recording.models.map((name) => ({ name, facts: KNOWN_MODELS[name] }))
  return {
    version: 'recorded-answers',
    providers: [
      {
        slug: RECORDED_PROVIDER,
        name: 'Recorded answers',
        family: 'openai-compatible',
        baseUrl: `${baseUrl}/${RECORDED_PROVIDER}/v1`,
        keyVariables: [],
        simulated: true,
      },
    ],
    models: sold.map(({ name, facts }) => modelOf(name, facts)),
    endpoints: sold.map(({ name, facts }) => endpointOf(name, facts, priceOf(name, recording))),
  }
}

/** The known models, whether a recording has them or not. */
export function knownModels(): readonly Model[] {
  return Object.entries(KNOWN_MODELS).map(([name, facts]) => modelOf(name, facts))
}

/**
 * Answers with the recorded answer to the last user message. Completion tokens are the recorded ones; where only the
 * cost is recorded, they are what the cost buys at the model's price, so that bill and recording agree; else an
 * estimate. Throws MeritorderError `not_found` for a prompt or a model that was not recorded.
 */
export function replayer(recording: Recording): (request: ChatRequest) => ProviderAnswer {
  const prices = new Map(recording.models.map((name) => [name, priceOf(name, recording)]))
  return ({ prompt, model }) => {
    if (!prices.has(model)) {
      throw missing('model', `the recording has no model ${model}; it has ${recording.models.join(', ')}`)
    }
    const row = recording.find(prompt)
    if (row === undefined) {
      const next = 'send one of them word for word, or use a provider of the practice market'
      throw missing(
        'messages',
        `the last user message is none of the ${recording.rows.length} recorded prompts: ${next}`,
      )
    }
    const text = row.responses[model]
    if (text === undefined) throw missing('model', `${model} has no recorded answer to prompt ${row.id}`)
    const said = { text, reasoning: '', reasoningTokens: 0, toolCalls: [], finishReason: 'stop' } as const
    return { ...said, ...usageOf(row, model, prices.get(model)) }
  }
}

function missing(limit: string, message: string): MeritorderError {
  return new MeritorderError('not_found', message, { limit })
}

interface TokenCounts {
  readonly promptTokens: number
  readonly completionTokens: number
}

function usageOf(row: RecordedRow, model: string, price: Price | undefined): TokenCounts {
  const estimate = {
    promptTokens: tokensOf(row.prompt) + 7,
    completionTokens: tokensOf(row.responses[model] ?? ''),
  }
  const { tokens, cost } = row.outcomes[model] ?? {}
  if (tokens !== undefined) return { ...estimate, completionTokens: tokens }
  return cost === undefined || price === undefined
    ? estimate
    : tokensForCost(cost, price, estimate.promptTokens)
}

/**
 * The token counts whose price is `costUsd` exactly, with the prompt as near to its estimate as that allows:
 * a cost alone does not say how it is shared between prompt and completion.
 */
function tokensForCost(costUsd: number, price: Price, promptEstimate: number): TokenCounts {
  const promptPrice = Number(price.prompt)
  const completionPrice = Number(price.completion)
  const completionFor = (promptTokens: number) => (costUsd - promptTokens * promptPrice) / completionPrice
  for (let distance = 0; distance <= promptEstimate; distance++) {
    for (const promptTokens of [promptEstimate - distance, promptEstimate + distance]) {
      const completionTokens = Math.round(completionFor(promptTokens))
      const isExact = Math.abs(completionFor(promptTokens) - completionTokens) < 1e-6
      if (isExact && completionTokens >= 0) return { promptTokens, completionTokens }
    }
  }
  return {
    promptTokens: promptEstimate,
    completionTokens: Math.max(0, Math.round(completionFor(promptEstimate))),
  }
}

function priceOf(name: string, recording: Recording): Price | undefined {
  const facts = KNOWN_MODELS[name]
  if (facts !== undefined) return { prompt: perToken(facts.prompt), completion: perToken(facts.completion) }
  let costUsd = 0
  let tokens = 0
  for (const { prompt, responses, outcomes } of recording.rows) {
    const { cost, tokens: completionTokens } = outcomes[name] ?? {}
    if (cost === undefined) continue
    costUsd += cost
    tokens += tokensOf(prompt) + 7 + (completionTokens ?? tokensOf(responses[name] ?? ''))
  }
  if (tokens === 0) return undefined
  const flat = perToken(((costUsd / tokens) * 1e6).toFixed(9))
  return { prompt: flat, completion: flat }
}

function modelOf(name: string, facts: KnownModel | undefined): Model {
  const size = facts?.parameters ?? null
  return {
    slug: facts?.slug ?? slugOf(name),
    name: facts?.name ?? name,
    ...(facts !== undefined && { releaseDate: facts.releaseDate }),
    openWeights: size !== null,
    reasoning: false,
    ...(size && {
      activeParameters: { low: size[0], high: size[0] },
      totalParameters: { low: size[1], high: size[1] },
    }),
  }
}

function endpointOf(name: string, facts: KnownModel | undefined, price: Price | undefined): Endpoint {
  return {
    id: `${RECORDED_PROVIDER}/${name}`,
    provider: RECORDED_PROVIDER,
    model: facts?.slug ?? slugOf(name),
    upstreamModel: name,
    ...(price === undefined ? {} : { price }),
    ...(facts === undefined ? {} : { contextTokens: facts.contextTokens }),
    input: ['text'],
    output: ['text'],
    supports: { tools: false, structuredOutput: false, reasoning: false, temperature: true },
  }
}

function slugOf(name: string): string {
  return (name.includes('/') ? name : `${RECORDED_PROVIDER}/${name}`).toLowerCase()
}

function known(
  slug: string,
  name: string,
  releaseDate: string,
  prompt: string,
  completion: string,
  contextTokens: number,
  parameters: KnownModel['parameters'],
): KnownModel {
  return { slug, name, releaseDate, prompt, completion, contextTokens, parameters }
}
