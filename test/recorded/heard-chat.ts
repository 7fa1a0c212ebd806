import type OpenAI from 'openai'
import { ChatCompletionStream } from 'openai/lib/ChatCompletionStream'
import { type Ask, JSON_FORMAT } from './ask.ts'
import { parsedArguments, type Saying, toolCall, unique } from './saying.ts'

/** `reasoning` is OpenRouter's addition; hosts whose bytes pass through may have DeepSeek's `reasoning_content`. */
interface Thoughts {
  readonly reasoning?: string | null
  readonly reasoning_content?: string | null
}
/** Perplexity's own member for the pages it read. */
interface Found {
  readonly citations?: readonly string[]
}
type Message = OpenAI.ChatCompletionMessage & Thoughts
type Delta = OpenAI.ChatCompletionChunk.Choice.Delta &
  Thoughts & {
    readonly annotations?: readonly OpenAI.ChatCompletionMessage.Annotation[]
  }

/** What OpenAI's client hears in chat completions. */
export async function heardInChat(client: OpenAI, { model, stream, jsonByTool }: Ask): Promise<Saying> {
  const request = {
    model,
    messages: [{ role: 'user' as const, content: 'hello' }],
    ...(jsonByTool && {
      response_format: {
        type: 'json_schema' as const,
        json_schema: { ...JSON_FORMAT, schema: { ...JSON_FORMAT.schema } },
      },
    }),
  }
  if (!stream) {
    const whole: OpenAI.ChatCompletion & Found = await client.chat.completions.create(request)
    const { choices, usage, citations = [] } = whole
    const message: Message = choices[0]!.message
    const said = sayingOf(message, thoughtsIn(message), choices[0]!.finish_reason, usage, message.annotations)
    return { ...said, citations: unique([...said.citations, ...citations]) }
  }
  const pieces = await client.chat.completions.create({
    ...request,
    stream: true,
    stream_options: { include_usage: true },
  })
  // The client's own way to put a stream together, without parsing what the model calls JSON.
  const running = ChatCompletionStream.fromReadableStream(pieces.toReadableStream())
  let reasoning = ''
  const annotations: OpenAI.ChatCompletionMessage.Annotation[] = []
  const found: string[] = []
  for await (const { choices, citations = [] } of running as AsyncIterable<
    OpenAI.ChatCompletionChunk & Found
  >) {
    found.push(...citations)
    const delta: Delta = choices[0]?.delta ?? {}
    reasoning += thoughtsIn(delta)
    annotations.push(...(delta.annotations ?? []))
  }
  const { choices, usage } = await running.finalChatCompletion()
  const said = sayingOf(choices[0]!.message, reasoning, choices[0]!.finish_reason, usage, annotations)
  return { ...said, citations: unique([...said.citations, ...found]) }
}

function thoughtsIn({ reasoning, reasoning_content: older }: Thoughts): string {
  return reasoning ?? older ?? ''
}

const FINISH: Readonly<Record<string, string>> = {
  tool_calls: 'tool-calls',
  content_filter: 'content-filter',
}

function sayingOf(
  message: Message,
  reasoning: string,
  reason: string,
  usage: OpenAI.CompletionUsage | undefined,
  annotations: readonly OpenAI.ChatCompletionMessage.Annotation[] = [],
): Saying {
  return {
    text: message.content ?? '',
    reasoning,
    tools: (message.tool_calls ?? []).flatMap((call) =>
      call.type === 'function'
        ? [toolCall(call.function.name, parsedArguments(call.function.arguments))]
        : [],
    ),
    citations: unique(annotations.map((annotation) => annotation.url_citation?.url)),
    finish: FINISH[reason] ?? reason,
    promptTokens: usage?.prompt_tokens ?? 0,
    completionTokens: usage?.completion_tokens ?? 0,
    reasoningTokens: usage?.completion_tokens_details?.reasoning_tokens ?? 0,
    cachedTokens: usage?.prompt_tokens_details?.cached_tokens ?? 0,
  }
}
