import type { LanguageModelV4Prompt, SharedV4ProviderOptions } from '@ai-sdk/provider'

/** Models that take cache points: https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html */
const CACHING = /anthropic\.claude|amazon\.nova/

/** Whether Converse takes cache points for a model: the others refuse them. */
export function takesCachePoints(model: string): boolean {
  return CACHING.test(model)
}

/** Anthropic's cache points of messages and their parts as Converse's, for the models that take them. */
export function withCachePoints(prompt: LanguageModelV4Prompt, model: string): LanguageModelV4Prompt {
  if (!takesCachePoints(model)) return prompt
  return prompt.map((message) => {
    const marked = withCachePoint(message)
    if (typeof marked.content === 'string') return marked
    return { ...marked, content: marked.content.map(withCachePoint) } as LanguageModelV4Prompt[number]
  })
}

function withCachePoint<T extends { readonly providerOptions?: SharedV4ProviderOptions }>(part: T): T {
  const control = part.providerOptions?.anthropic?.cacheControl
  if (typeof control !== 'object' || control === null) return part
  const ttl = 'ttl' in control && control.ttl === '1h' ? { ttl: '1h' } : {}
  const amazonBedrock = { ...part.providerOptions?.amazonBedrock, cachePoint: { type: 'default', ...ttl } }
  return { ...part, providerOptions: { ...part.providerOptions, amazonBedrock } }
}
