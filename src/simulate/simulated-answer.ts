import type { ChatRequest, RequestedTool } from './chat-request.ts'
import { piecesOf, tokensOf } from './chat-request.ts'
import { exampleOf } from './schema-example.ts'
import { drawOne, seededRandom } from './seeded-random.ts'

export interface ToolCall {
  readonly name: string
  /** JSON text. */
  readonly arguments: string
}

/** What a provider answers, before it is put on the wire. */
export interface ProviderAnswer {
  readonly text: string
  readonly toolCalls: readonly ToolCall[]
  readonly finishReason: 'stop' | 'length' | 'tool_calls'
  readonly promptTokens: number
  readonly completionTokens: number
}

const FILLER = [
  'The text is put together from a few fixed sentences, so that the same prompt gets the same words.',
  'Its length varies from prompt to prompt, as the length of a real answer does.',
  'The price is a real list price, and the waiting times are drawn from a distribution.',
  'Whatever is counted, logged or billed here is practice.',
  'Set a key of a real provider to get a real answer in its place.',
  'Use it to see how a stream arrives, how a failure looks and what a decision costs.',
  'Nothing that you wrote has left your computer.',
  'A judge should rate this answer as what it is: no answer.',
] as const

/**
 * A short answer that says it is simulated: the same for the same seed, provider, model and prompt.
 * Calls a tool when one is demanded or the prompt names it; obeys `response_format`; stops at `maxTokens`.
 * Throws MeritorderError `invalid_request` where a schema requires itself without end.
 */
export function simulateAnswer(request: ChatRequest, provider: string, seed: number): ProviderAnswer {
  const { promptTokens } = request
  const tool = toolToCall(request)
  if (tool !== undefined) {
    const call = { name: tool.name, arguments: JSON.stringify(exampleOf(tool.parameters)) }
    const completionTokens = tokensOf(call.name) + tokensOf(call.arguments)
    return { text: '', toolCalls: [call], finishReason: 'tool_calls', promptTokens, completionTokens }
  }
  const pieces = piecesOf(answerText(request, provider, seed))
  const kept = pieces.slice(0, request.maxTokens)
  return {
    text: kept.join(''),
    toolCalls: [],
    finishReason: kept.length < pieces.length ? 'length' : 'stop',
    promptTokens,
    completionTokens: kept.length,
  }
}

function toolToCall({ tools, toolChoice, answersTool, prompt }: ChatRequest): RequestedTool | undefined {
  if (toolChoice === 'none') return undefined
  if (typeof toolChoice === 'object') return tools.find((tool) => tool.name === toolChoice.name)
  if (answersTool) return undefined
  return (
    tools.find((tool) => prompt.includes(tool.name)) ?? (toolChoice === 'required' ? tools[0] : undefined)
  )
}

function answerText({ format, model, prompt }: ChatRequest, provider: string, seed: number): string {
  const opening = `Simulated answer of ${model} at ${provider} — no language model was called.`
  if (format === 'json') return JSON.stringify({ simulated: true, answer: opening })
  if (format !== 'text') return JSON.stringify(exampleOf(format.schema))
  const random = seededRandom(seed, provider, model, prompt)
  const sentences = Array.from({ length: 1 + Math.floor(random() * 6) }, () => drawOne(random, FILLER))
  const quoted = [...prompt].slice(0, 80).join('').replaceAll(/\s+/g, ' ').trim()
  return [opening, `You wrote: “${quoted}”.`, ...new Set(sentences)].join(' ')
}
