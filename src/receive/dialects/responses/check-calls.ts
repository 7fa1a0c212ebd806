import { readString, wrong } from '../../fields.ts'
import { type InputItem, typeOf } from './input-items.ts'

/**
 * Every function call has an id of its own and one result after it, as all vendors ask: OpenAI refuses the whole
 * conversation otherwise.
 *
 * @throws MeritorderError `invalid_request` naming the item.
 */
export function checkCalls(items: readonly InputItem[]): void {
  const open = new Map<string, string>()
  const answered = new Set<string>()
  for (const { item, field } of items) {
    const type = typeOf(item)
    if (type !== 'function_call' && type !== 'function_call_output') continue
    const id = readString(item.call_id, `${field}.call_id`)
    if (type === 'function_call') {
      if (id === '' || open.has(id) || answered.has(id))
        throw wrong(`${field}.call_id`, 'an id that no other function_call has')
      open.set(id, field)
    } else if (open.delete(id)) answered.add(id)
    else if (answered.has(id))
      throw wrong(`${field}.call_id`, 'the id of a function_call without a result yet')
    else throw wrong(`${field}.call_id`, 'the call_id of an earlier function_call')
  }
  const [unanswered] = open
  if (unanswered !== undefined)
    throw wrong(
      unanswered[1],
      `followed by a function_call_output with call_id ${unanswered[0].slice(0, 64)}`,
    )
}
