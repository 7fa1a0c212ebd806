import { isObject } from '../../json/is-object.ts'
import type { ChatRequest } from '../chat-request.ts'
import { jsonReply, type Reply } from '../reply.ts'
import { openAiErrorOf } from './chat-completions.ts'
import type { NativeDialect } from './native-dialect.ts'
import {
  conversationFacts,
  type Fields,
  readBody,
  readModel,
  record,
  records,
  SIGNATURE,
  textOf,
  toolOf,
  wrong,
} from './request-fields.ts'
import { errorEvent, responseOf, streamOf, textDelta } from './responses-reply.ts'

/** OpenAI's Responses (https://platform.openai.com/docs/api-reference/responses), stateless. */
export const responses: NativeDialect = {
  readRequest,
  whole: (answer, facts): Reply => jsonReply(200, responseOf(answer, facts)),
  stream: streamOf,
  refusal: ({ status, message, param }, headers) =>
    jsonReply(status, { error: openAiErrorOf(status, message, param ?? null) }, headers),
  streamError: (message) => errorEvent(openAiErrorOf(500, message, null)),
  textPiece: textDelta,
  malformed: Buffer.from(
    'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","delta":"bro\n\n',
  ),
  lines: true,
}

function readRequest(value: unknown): ChatRequest {
  const body = readBody(value)
  const items = itemsOf(body.input)
  checkItems(items, body.previous_response_id !== undefined)
  const messages = items.filter(({ role }) => role !== undefined)
  const user = messages.findLast(({ role }) => role === 'user')
  const { name, type: choice } = record(body.tool_choice)
  const effort = record(body.reasoning).effort
  const maxTokens = body.max_output_tokens
  return {
    model: readModel(body.model),
    ...conversationFacts(
      [textOf(body.instructions), ...messages.map(({ content }) => textOf(content))],
      textOf(user?.content),
      messages.flatMap(({ content }) => records(content)).filter(({ type }) => type === 'input_image').length,
    ),
    stream: body.stream === true,
    includeUsage: true,
    ...(typeof maxTokens === 'number' ? { maxTokens } : {}),
    tools: records(body.tools)
      .filter(({ type }) => type === 'function')
      .map((tool, at) => toolOf(tool.name, tool.parameters, `tools[${at}].name`)),
    toolChoice:
      choice === 'function' && typeof name === 'string'
        ? { name }
        : body.tool_choice === 'required' || body.tool_choice === 'none'
          ? body.tool_choice
          : 'auto',
    parallelTools: body.parallel_tool_calls !== false,
    answersTool: items.at(-1)?.type === 'function_call_output',
    format: readFormat(record(record(body.text).format)),
    reasoning: isObject(body.reasoning) && effort !== 'none',
  }
}

function itemsOf(input: unknown): Fields[] {
  if (typeof input === 'string') return [{ role: 'user', content: input }]
  const items = records(input)
  if (items.length > 0) return items
  throw wrong('input', 'input must be a string or an array with at least one item')
}

/** Refuses what the API refuses: results without their call, items that it does not know, thoughts that it did not encrypt. */
function checkItems(items: readonly Fields[], continues: boolean): void {
  const called = new Set(items.filter(({ type }) => type === 'function_call').map((item) => item.call_id))
  for (const [at, { type, id, call_id: call, encrypted_content: thoughts }] of items.entries()) {
    if (type === 'function_call_output' && !continues && !called.has(call))
      throw wrong('input', `No tool call found for function call output with call_id ${String(call)}.`)
    if (type === 'item_reference' && !String(id).includes('sim'))
      throw wrong('input', `Item with id '${String(id)}' not found.`)
    if (type === 'reasoning' && thoughts != null && thoughts !== SIGNATURE)
      throw wrong(`input[${at}]`, 'The encrypted content could not be verified.')
  }
}

function readFormat({ type, schema }: Fields): ChatRequest['format'] {
  if (type === 'json_schema' && isObject(schema)) return { schema }
  return type === 'json_object' ? 'json' : 'text'
}
