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
  /** '' where none was asked for. */
  readonly reasoning: string
  readonly text: string
  readonly toolCalls: readonly ToolCall[]
  readonly finishReason: 'stop' | 'length' | 'tool_calls'
  readonly promptTokens: number
  /** With those of the thoughts. */
  readonly completionTokens: number
  readonly reasoningTokens: number
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
 * Calls the tools that the prompt names, or one where a call is demanded; obeys a demanded format; thinks first when asked
 * to; counts the images it was sent; stops at `maxTokens`, which do not count thoughts.
 * Throws MeritorderError `invalid_request` where a schema requires itself without end.
 */
export function simulateAnswer(request: ChatRequest, provider: string, seed: number): ProviderAnswer {
  const { promptTokens } = request
  const reasoning = request.reasoning ? thoughtsOn(request) : ''
  const reasoningTokens = tokensOf(reasoning)
  const toolCalls = toolsToCall(request).map((tool) => ({
    name: tool.name,
    arguments: JSON.stringify(exampleOf(tool.parameters)),
  }))
  if (toolCalls.length > 0) {
    const tokens = toolCalls.map((call) => tokensOf(call.name) + tokensOf(call.arguments))
    const completionTokens = tokens.reduce((sum, count) => sum + count, reasoningTokens)
    const finishReason = 'tool_calls'
    return { reasoning, reasoningTokens, text: '', toolCalls, finishReason, promptTokens, completionTokens }
  }
  const pieces = piecesOf(answerText(request, provider, seed))
  const kept = pieces.slice(0, request.maxTokens)
  return {
    reasoning,
    reasoningTokens,
    text: kept.join(''),
    toolCalls: [],
    finishReason: kept.length < pieces.length ? 'length' : 'stop',
    promptTokens,
    completionTokens: reasoningTokens + kept.length,
  }
}

function thoughtsOn({ prompt }: ChatRequest): string {
  return `Simulated thoughts: the prompt has ${tokensOf(prompt)} tokens. No model thinks here.`
}

function toolsToCall(request: ChatRequest): readonly RequestedTool[] {
  const { tools, toolChoice, parallelTools, answersTool, prompt } = request
  if (toolChoice === 'none') return []
  if (typeof toolChoice === 'object') return tools.filter((tool) => tool.name === toolChoice.name)
  if (answersTool) return []
  const named = tools.filter((tool) => prompt.includes(tool.name))
  const called = named.length === 0 && toolChoice === 'required' ? tools.slice(0, 1) : named
  return parallelTools ? called : called.slice(0, 1)
}

function answerText({ format, model, prompt, images }: ChatRequest, provider: string, seed: number): string {
  const opening = `Simulated answer of ${model} at ${provider} — no language model was called.`
  if (format === 'json') return JSON.stringify({ simulated: true, answer: opening })
  if (format !== 'text') return JSON.stringify(exampleOf(format.schema))
  const random = seededRandom(seed, provider, model, prompt)
  const sentences = Array.from({ length: 1 + Math.floor(random() * 6) }, () => drawOne(random, FILLER))
  const quoted = [...prompt].slice(0, 80).join('').replaceAll(/\s+/g, ' ').trim()
  const seen = images === 0 ? [] : [`You sent ${images === 1 ? 'an image' : `${images} images`}.`]
  return [opening, `You wrote: “${quoted}”.`, ...seen, ...new Set(sentences)].join(' ')
}
