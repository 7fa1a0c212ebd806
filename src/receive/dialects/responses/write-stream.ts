import type { LanguageModelV4StreamPart } from '@ai-sdk/provider'
import { isObject } from '../../../json/is-object.ts'
import type { ReplyFacts, ToldAtEnd } from '../dialect.ts'
import { itemWriter } from './item-writer.ts'
import type { StreamedOutput } from './open-items.ts'
import { endingOf, RUNNING, responseObject } from './response-object.ts'
import { countedUsageJson } from './usage-json.ts'

/**
 * A streamed answer as OpenAI's events of a response, numbered in their order: `response.created`, `in_progress`, then
 * for every item its addition, its pieces and its end, and the whole response in `response.completed` or
 * `response.incomplete`. What `writeAnswer` leaves out is left out here too. Parts that end without a `finish` get no
 * closing event: the answer is cut.
 */
export async function* writeStream(
  parts: AsyncIterable<LanguageModelV4StreamPart>,
  facts: ReplyFacts,
): AsyncGenerator<string> {
  let sequence = 0
  let text = ''
  const output: StreamedOutput = {
    items: [],
    emit(type, fields) {
      text += eventText(type, { ...fields, sequence_number: sequence++ })
    },
  }
  const items = itemWriter(output, facts.id)
  let finish: Extract<LanguageModelV4StreamPart, { type: 'finish' }> | undefined
  for await (const part of parts) {
    // What a package says about the call is no answer yet: until one comes, another provider may be asked.
    if (part.type === 'stream-start' || part.type === 'response-metadata') continue
    if (sequence === 0)
      for (const type of ['response.created', 'response.in_progress'])
        output.emit(type, { response: responseObject(facts, RUNNING, []) })
    // Answers of several messages finish more than once; the last one counts.
    if (part.type === 'finish') finish = part
    items.write(part)
    if (text !== '') yield text
    text = ''
  }
  if (finish === undefined) return
  items.closeAll()
  const ending = endingOf(finish.finishReason)
  const response = responseObject(facts, ending, output.items, finish.usage)
  output.emit(`response.${ending.status}`, { response })
  yield text
}

/**
 * The closing event of a stream, whoever wrote it, with `openrouter_metadata` in its response, where OpenRouter has it, and
 * tokens and cost, where its host told none.
 */
export function closingWith(closing: string, { metadata, counted }: ToldAtEnd): string {
  const event: unknown = JSON.parse(closing.slice(closing.indexOf('{')))
  if (!isObject(event) || !isObject(event.response)) return closing
  const response = {
    ...event.response,
    ...(counted !== undefined && { usage: countedUsageJson(counted.usage, counted.bill) }),
    ...(metadata !== undefined && { openrouter_metadata: JSON.parse(metadata) as unknown }),
  }
  return eventText(String(event.type), { ...event, response })
}

/** One server-sent event, named after its type as OpenAI's are. */
export function eventText(type: string, fields: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`
}
