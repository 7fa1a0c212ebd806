import type { Endpoint, Provider } from './offer.ts'

/**
 * True where a host takes OpenAI's Responses API as it is, with the tools that it runs itself. OpenAI serves all of its
 * models through it, also those that the catalog has for chat completions.
 */
export function speaksResponses({ family, baseUrl }: Endpoint, provider: Provider): boolean {
  const spoken = family ?? provider.family
  if (spoken === 'openai-responses') return true
  const address = baseUrl ?? provider.baseUrl ?? ''
  return spoken === 'openai-compatible' && address.startsWith('https://api.openai.com/')
}
