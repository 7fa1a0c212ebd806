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
  return [...new Set(values.filter((value) => value !== undefined))]
}

/** Arguments as a client's user parses them; text that is no JSON stays text. */
export function parsedArguments(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
