import type OpenAI from 'openai'
import { type Ask, JSON_FORMAT } from './ask.ts'
import { parsedArguments, type Saying, unique } from './saying.ts'

/** What OpenAI's client hears in Responses. */
export async function heardInResponses(client: OpenAI, { model, stream, jsonByTool }: Ask): Promise<Saying> {
  const format = { type: 'json_schema', ...JSON_FORMAT, schema: { ...JSON_FORMAT.schema } } as const
  const request = { model, input: 'hello', store: false, ...(jsonByTool && { text: { format } }) }
  if (!stream) return sayingOf(await client.responses.create(request))
  const running = client.responses.stream(request)
  for await (const _ of running);
  return sayingOf(await running.finalResponse())
}

function sayingOf({ output, status, incomplete_details: cut, usage }: OpenAI.Responses.Response): Saying {
  const parts = output.flatMap((item) => (item.type === 'message' ? item.content : []))
  const tools = output.flatMap((item) =>
    item.type === 'function_call' ? [{ name: item.name, arguments: parsedArguments(item.arguments) }] : [],
  )
  return {
    text: parts.map((part) => (part.type === 'output_text' ? part.text : part.refusal)).join(''),
    reasoning: output.map(thoughtsOf).join(''),
    tools,
    citations: unique(
      parts
        .flatMap((part) => (part.type === 'output_text' ? part.annotations : []))
        .map((annotation) =>
          annotation.type === 'url_citation'
            ? annotation.url
            : annotation.type === 'file_path'
              ? undefined
              : annotation.filename,
        ),
    ),
    finish: finishOf(status, cut?.reason, tools.length > 0),
    promptTokens: usage?.input_tokens ?? 0,
    completionTokens: usage?.output_tokens ?? 0,
    reasoningTokens: usage?.output_tokens_details?.reasoning_tokens ?? 0,
    cachedTokens: usage?.input_tokens_details?.cached_tokens ?? 0,
  }
}

function thoughtsOf(item: OpenAI.Responses.ResponseOutputItem): string {
  if (item.type !== 'reasoning') return ''
  return [...item.summary, ...(item.content ?? [])].map(({ text }) => text).join('')
}

function finishOf(status: string | undefined, reason: string | undefined, calls: boolean): string {
  if (status === 'incomplete') return reason === 'content_filter' ? 'content-filter' : 'length'
  if (status !== 'completed') return status ?? 'none'
  return calls ? 'tool-calls' : 'stop'
}
