import type OpenAI from 'openai'
import { type Ask, JSON_FORMAT } from './ask.ts'
import { parsedArguments, type Saying, toolCall, unique } from './saying.ts'

type Response = OpenAI.Responses.Response
type Item = OpenAI.Responses.ResponseOutputItem

/** What OpenAI's client hears in Responses. */
export async function heardInResponses(client: OpenAI, { model, stream, jsonByTool }: Ask): Promise<Saying> {
  const format = { type: 'json_schema', ...JSON_FORMAT, schema: { ...JSON_FORMAT.schema } } as const
  const request = { model, input: 'hello', store: false, ...(jsonByTool && { text: { format } }) }
  if (!stream) {
    const whole = await client.responses.create(request)
    return sayingOf(whole, textIn(whole), whole.output.map(thoughtsIn).join(''))
  }
  let text = ''
  let reasoning = ''
  let whole: Response | undefined
  for await (const event of await client.responses.create({ ...request, stream: true })) {
    if (event.type === 'response.output_text.delta' || event.type === 'response.refusal.delta')
      text += event.delta
    if (
      event.type === 'response.reasoning_summary_text.delta' ||
      event.type === 'response.reasoning_text.delta'
    )
      reasoning += event.delta
    if (event.type === 'response.completed' || event.type === 'response.incomplete') whole = event.response
    if (event.type === 'response.failed') throw new Error(event.response.error?.message)
  }
  if (whole === undefined) throw new Error('the stream has no end')
  return sayingOf(whole, text, reasoning)
}

function textIn({ output }: Response): string {
  return output
    .flatMap((item) => (item.type === 'message' ? item.content : []))
    .map((part) => (part.type === 'output_text' ? part.text : part.refusal))
    .join('')
}

function thoughtsIn(item: Item): string {
  if (item.type !== 'reasoning') return ''
  return [...item.summary, ...(item.content ?? [])].map(({ text }) => text).join('')
}

function sayingOf(
  { output, status, incomplete_details: cut, usage }: Response,
  text: string,
  reasoning: string,
): Saying {
  return {
    text,
    reasoning,
    tools: output.flatMap(toolsIn),
    citations: unique(output.flatMap(citationsIn)),
    finish: finishOf(status, cut?.reason),
    promptTokens: usage?.input_tokens ?? 0,
    completionTokens: usage?.output_tokens ?? 0,
    reasoningTokens: usage?.output_tokens_details?.reasoning_tokens ?? 0,
    cachedTokens: usage?.input_tokens_details?.cached_tokens ?? 0,
  }
}

/** Functions, and OpenAI's own tools that the caller runs, which are items of their own kind. */
function toolsIn(item: Item): Saying['tools'] {
  switch (item.type) {
    case 'function_call':
      return [{ name: item.name, arguments: parsedArguments(item.arguments) }]
    case 'custom_tool_call':
      return [{ name: item.name, arguments: item.input }]
    case 'local_shell_call':
      return [toolCall('local_shell', { action: item.action })]
    case 'shell_call':
      return [toolCall('shell', { action: item.action })]
    case 'tool_search_call':
      return item.execution === 'client'
        ? [{ name: 'tool_search', arguments: { arguments: item.arguments, call_id: item.call_id } }]
        : []
    default:
      return []
  }
}

function citationsIn(item: Item): (string | undefined)[] {
  if (item.type === 'web_search_call' && item.action.type === 'search')
    return (item.action.sources ?? []).map(({ url }) => url)
  if (item.type !== 'message') return []
  return item.content
    .flatMap((part) => (part.type === 'output_text' ? part.annotations : []))
    .map((annotation) => {
      if (annotation.type === 'url_citation') return annotation.url
      return annotation.type === 'file_path' ? undefined : annotation.filename
    })
}

/** Tool calls have no status of their own: the items tell. */
function finishOf(status: string | undefined, reason: string | undefined): string {
  if (status === 'incomplete') return reason === 'content_filter' ? 'content-filter' : 'length'
  return status === 'completed' ? 'stop' : (status ?? 'none')
}
