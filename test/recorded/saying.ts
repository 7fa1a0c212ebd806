/** What a reply says, by whatever client it was read. */
export interface Saying {
  readonly text: string
  readonly reasoning: string
  readonly tools: readonly { readonly name: string; readonly arguments: unknown }[]
  /** Addresses, or titles where there are none, each once. */
  readonly citations: readonly string[]
  /** As the AI SDK calls it: `stop`, `length`, `tool-calls`, `content-filter`. */
  readonly finish: string
  readonly promptTokens: number
  readonly completionTokens: number
  readonly reasoningTokens: number
  readonly cachedTokens: number
}

export const SAYINGS = [
  'text',
  'reasoning',
  'tools',
  'citations',
  'finish',
  'promptTokens',
  'completionTokens',
  'reasoningTokens',
  'cachedTokens',
] as const satisfies readonly (keyof Saying)[]

/** Each value once, in the order of their coming. */
export function unique(values: readonly (string | undefined)[]): string[] {
  const told = values.filter((value) => value !== undefined)
  // OpenAI marks the addresses that it cites, and not those that it only found.
  return [...new Set(told.map((value) => value.replace(/[?&]utm_source=openai$/, '')))]
}

/** Arguments as a client's user parses them; text that is no JSON stays text. */
export function parsedArguments(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/**
 * A call of a tool that the caller runs. OpenAI has shells of its own kind; the AI SDK writes the names of their members
 * now one way, now the other.
 */
export function toolCall(name: string, args: unknown): Saying['tools'][number] {
  if (!(name === 'shell' || name === 'local_shell') || !isAction(args)) return { name, arguments: args }
  const camel = (key: string) => key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
  const told = Object.entries(args.action).filter(([, value]) => value !== null)
  const action = Object.fromEntries(told.map(([key, value]) => [camel(key), value]))
  return { name, arguments: { action } }
}

function isAction(args: unknown): args is { readonly action: object } {
  return typeof args === 'object' && args !== null && 'action' in args
}
