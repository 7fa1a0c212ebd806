import type {
  LanguageModelV4CallOptions,
  LanguageModelV4Message,
  SharedV4ProviderOptions,
} from '@ai-sdk/provider'
import type { CanonicalCall, Loss } from '../receive/dialects/dialect.ts'

/**
 * The call without what is meant for another vendor: a thought goes back only to who signed it (others refuse it, or
 * take it for their own words), and Anthropic’s marks of what to cache say nothing elsewhere.
 *
 * @param vendors names under which the provider's package reads its own facts; a thought needs one of them
 */
export function withoutOthersFacts(
  { options, losses }: CanonicalCall,
  vendors: readonly string[],
  provider: string,
): CanonicalCall {
  const isOwn = ({ providerOptions: facts }: HasFacts) =>
    vendors.some((vendor) => facts?.[vendor] !== undefined)
  let forgotten = 0
  const prompt = options.prompt.flatMap((message): LanguageModelV4Message[] => {
    if (message.role !== 'assistant') return [message]
    const content = message.content.filter((part) => part.type !== 'reasoning' || isOwn(part))
    if (content.length === message.content.length) return [message]
    forgotten += message.content.length - content.length
    return content.length === 0 ? [] : [{ ...message, content }]
  })
  const lost: Loss[] = []
  if (forgotten > 0)
    lost.push({ field: 'thinking', reason: `${provider} takes back no thoughts but its own` })
  if (!vendors.includes('anthropic') && marksCache(options))
    lost.push({ field: 'cache_control', reason: `${provider} decides by itself what it caches` })
  return { options: forgotten === 0 ? options : { ...options, prompt }, losses: [...losses, ...lost] }
}

interface HasFacts {
  readonly providerOptions?: SharedV4ProviderOptions
}

function marksCache({ prompt, tools = [] }: LanguageModelV4CallOptions): boolean {
  const marked = ({ providerOptions }: HasFacts) => providerOptions?.anthropic?.cacheControl !== undefined
  return (
    prompt.some(
      (message) => marked(message) || (message.role !== 'system' && message.content.some(marked)),
    ) || tools.some((tool) => tool.type === 'function' && marked(tool))
  )
}
