import { isObject } from '../../../json/is-object.ts'
import type { Fields } from '../../fields.ts'
import { typeOf } from './input-items.ts'

/** A short name for an item without an id, as OpenAI's ids begin. */
const PREFIX: ReadonlyMap<string, string> = new Map([
  ['message', 'msg'],
  ['function_call', 'fc'],
  ['function_call_output', 'fco'],
  ['reasoning', 'rs'],
])

/** The input of a response as OpenAI lists it: every item with an id and a status, every content as a list of parts. */
export function listedItems(
  items: readonly unknown[],
  responseId: string,
): (Fields & { readonly id: string })[] {
  const stem = responseId.slice(responseId.indexOf('_') + 1)
  return items.filter(isObject).map((item, i) => {
    const type = typeOf(item) ?? 'message'
    const id = typeof item.id === 'string' ? item.id : `${PREFIX.get(type) ?? 'item'}_${stem}in${i}`
    if (type === 'message')
      return {
        status: 'completed',
        ...item,
        type,
        id,
        content: partsOf(item.content, item.role === 'assistant'),
      }
    if (type === 'reasoning') return { summary: [], ...item, id }
    return { status: 'completed', ...item, id }
  })
}

function partsOf(content: unknown, isAnswer: boolean): unknown[] {
  const parts =
    typeof content === 'string' ? [{ type: isAnswer ? 'output_text' : 'input_text', text: content }] : content
  return Array.isArray(parts) ? parts.map(partOf) : []
}

/** Members that OpenAI's clients have in every such part. */
function partOf(part: unknown): unknown {
  if (!isObject(part)) return part
  if (part.type === 'output_text') return { annotations: [], logprobs: [], ...part }
  return part.type === 'input_image' ? { detail: 'auto', ...part } : part
}
