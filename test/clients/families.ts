import type { WireFamily } from '../../src/market/families.ts'
import type { Catalog } from '../../src/market/offer.ts'

/** A wire family that simulated providers speak: where their base path is, and a model that its package trusts with everything. */
export interface ServedFamily {
  readonly family: WireFamily
  readonly basePath: string
  readonly model: string
}

export const SERVED: readonly ServedFamily[] = [
  { family: 'openai-compatible', basePath: '/v1', model: 'large' },
  { family: 'openai-responses', basePath: '/v1', model: 'gpt-5' },
  { family: 'anthropic', basePath: '/v1', model: 'claude-sonnet-4-5' },
  { family: 'google', basePath: '/v1beta', model: 'gemini-2.5-flash' },
  { family: 'amazon-bedrock', basePath: '', model: 'anthropic.claude-sonnet-4-5-20250929-v1:0' },
  { family: 'cohere', basePath: '/v2', model: 'command-a-reasoning-08-2025' },
]

/** The provider that speaks a family. */
export const providerOf = ({ family }: ServedFamily) => `simulated-${family}`

/** The slug of a family's model. */
export const modelOf = ({ family, model }: ServedFamily) => `${family}/${model}`

/** A market of one provider and one model a family, at a simulator. */
export function catalogOf(served: readonly ServedFamily[], simulatorUrl: string): Catalog {
  return {
    version: 'families',
    providers: served.map((one) => ({
      slug: providerOf(one),
      name: providerOf(one),
      family: one.family,
      baseUrl: `${simulatorUrl}/${providerOf(one)}${one.basePath}`,
      keyVariables: [],
      simulated: true,
    })),
    models: served.map((one) => ({
      slug: modelOf(one),
      name: modelOf(one),
      openWeights: false,
      reasoning: true,
    })),
    endpoints: served.map((one) => ({
      id: `${providerOf(one)}/${one.model}`,
      provider: providerOf(one),
      model: modelOf(one),
      upstreamModel: one.model,
      price: { prompt: '0.000001', completion: '0.000002' },
      contextTokens: 200_000,
      maxCompletionTokens: 32_000,
      input: ['text', 'image'],
      output: ['text'],
      supports: { tools: true, structuredOutput: true, reasoning: true, temperature: true },
    })),
  }
}
