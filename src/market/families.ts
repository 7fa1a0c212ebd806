/** Wire families that providers are spoken to in; one file each in `dispatch/providers/`. */
export const FAMILIES = [
  'openai-compatible',
  'openai-responses',
  'anthropic',
  'google',
  'amazon-bedrock',
  'azure',
  'cohere',
  'mistral',
  'perplexity',
  'vertex',
] as const

export type WireFamily = (typeof FAMILIES)[number]
