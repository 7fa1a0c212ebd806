import type { JsonSchema } from './schema-example.ts'

export interface RequestedTool {
  readonly name: string
  readonly parameters: JsonSchema
}

/** A chat request as far as a simulated provider reads it, whatever its dialect. */
export interface ChatRequest {
  /** The model's name; a fault may be ordered by it: `some-model!cut:3`. */
  readonly model: string
  /** Text of the last user message. */
  readonly prompt: string
  /** Tokens of all messages, by `tokensOf`, plus four for each message's frame. */
  readonly promptTokens: number
  readonly stream: boolean
  readonly includeUsage: boolean
  readonly maxTokens?: number
  readonly tools: readonly RequestedTool[]
  /** What the caller demands: a call of any tool, of the named one, none, or what the provider likes. */
  readonly toolChoice: 'auto' | 'none' | 'required' | { readonly name: string }
  /** False: one tool call at a time. */
  readonly parallelTools: boolean
  /** True when the last message brings a tool's result. */
  readonly answersTool: boolean
  readonly format: 'text' | 'json' | { readonly schema: JsonSchema }
  /** True when thoughts are asked for. */
  readonly reasoning: boolean
  /** Images in all messages. */
  readonly images: number
}

/** Tokens by the simulator's rule: one for every four characters (code points), begun ones counted. */
export function tokensOf(text: string): number {
  return piecesOf(text).length
}

/** Text in tokens of four characters; a character is never split. */
export function piecesOf(text: string): string[] {
  return text.match(/[\s\S]{1,4}/gu) ?? []
}
