/** What every client is asked. */
export interface Question {
  readonly model: string
  readonly prompt: string
  readonly stream: boolean
  /** Functions of one argument, `place`. */
  readonly tools: readonly string[]
  /** Base64 of a PNG. */
  readonly image?: string
  /** The JSON Schema that the answer must obey. */
  readonly schema?: Readonly<Record<string, unknown>>
  readonly reasoning: boolean
  /** The second turn: the answer of the first, and the result of each of its calls. */
  readonly after?: { readonly heard: Heard; readonly result: string }
  /** Aborts what is running, as the client's user would. */
  readonly leave?: AbortController
}

/** What the client's user gets. */
export interface Heard {
  readonly text: string
  readonly reasoning: string
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: unknown }[]
  readonly tokens: number
  /** What the client wants back as the assistant's turn. */
  readonly turn: unknown
}

/** An official client, pointed at the gateway. */
export interface Client {
  /** The package, and its API where it has several. */
  readonly name: string
  readonly api: 'chat completions' | 'responses' | 'messages' | 'generateContent'
  /** Asks and hears; rejects with the client's own error. */
  ask(url: string, question: Question): Promise<Heard>
  /** The HTTP status that its errors carry; undefined for an error that has none. */
  statusOf(error: unknown): number | undefined
  /** Features that it does not have, and why. */
  readonly lacks: Readonly<Partial<Record<Feature, string>>>
}

export const FEATURES = [
  'chat',
  'stream',
  'tool',
  'parallel tools',
  'streamed arguments',
  'image',
  'structured output',
  'reasoning',
  'abort',
  'error classes',
] as const
export type Feature = (typeof FEATURES)[number]

/** The schema of every tool's arguments. */
export const TOOL_SCHEMA = {
  type: 'object',
  properties: { place: { type: 'string' } },
  required: ['place'],
  additionalProperties: false,
} as const

/** A status as an error of most clients carries it. */
export function statusIn(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { status, statusCode } = error as { status?: unknown; statusCode?: unknown }
  if (typeof status === 'number') return status
  return typeof statusCode === 'number' ? statusCode : undefined
}
