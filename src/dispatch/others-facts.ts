import type {
  LanguageModelV4CallOptions,
  LanguageModelV4Message,
  SharedV4ProviderOptions,
} from '@ai-sdk/provider'
import type { CanonicalCall, Loss } from '../receive/dialects/dialect.ts'

/** What of an earlier answer a provider's models are handed back. */
export interface TakesBack {
  /** Names under which its package reads what its models signed. */
  readonly names: readonly string[]
  /** Whether it takes back thoughts: its own, and such as nobody signed. */
  readonly thoughts: boolean
  /** Whether it is told Anthropic's marks of what to cache. */
  readonly caches?: boolean
}

export const NOTHING_BACK: TakesBack = { names: [], thoughts: false }

/**
 * The call without what is meant for another vendor: what a model signed, and its thoughts, go back only to who made
 * them (others refuse them, or take them for their own words), and Anthropic’s marks of what to cache say nothing
 * elsewhere.
 */
export function withoutOthersFacts(
  { options, losses }: CanonicalCall,
  taken: TakesBack,
  provider: string,
): CanonicalCall {
  const prompt = options.prompt.flatMap((message) => ownMessage(message, taken))
  const lost: Loss[] = []
  if (thoughts(prompt) < thoughts(options.prompt))
    lost.push({ field: 'thinking', reason: `${provider} takes back no thoughts but its own` })
  if (taken.caches !== true && marksCache(options))
    lost.push({ field: 'cache_control', reason: `${provider} decides by itself what it caches` })
  return { options: { ...options, prompt }, losses: [...losses, ...lost] }
}

function ownMessage(
  message: LanguageModelV4Message,
  { names, thoughts, caches = false }: TakesBack,
): LanguageModelV4Message[] {
  if (message.role !== 'assistant') return [message]
  const content = message.content.flatMap((part) => {
    const { providerOptions, ...said } = part
    const own = Object.entries(providerOptions ?? {}).filter(([name]) => names.includes(name))
    const isOwn = own.length > 0 || providerOptions === undefined
    if (part.type === 'reasoning' && !(thoughts && isOwn)) return []
    const cacheControl = caches ? providerOptions?.anthropic?.cacheControl : undefined
    const kept = {
      ...(cacheControl === undefined ? {} : { anthropic: { cacheControl } }),
      ...Object.fromEntries(own),
    }
    return [Object.keys(kept).length === 0 ? said : { ...said, providerOptions: kept }]
  })
  // An answer that was nothing but thoughts.
  return content.length === 0 && message.content.length > 0 ? [] : [{ ...message, content }]
}

function thoughts(prompt: LanguageModelV4CallOptions['prompt']): number {
  return prompt.reduce((sum, { role, content }) => {
    return role === 'assistant' ? sum + content.filter(({ type }) => type === 'reasoning').length : sum
  }, 0)
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
