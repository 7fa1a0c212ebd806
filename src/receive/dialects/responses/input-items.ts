import { isObject } from '../../../json/is-object.ts'
import { type Fields, readObject, wrong } from '../../fields.ts'

/** An item of the input, and where it stands, for errors. */
export interface InputItem {
  readonly item: Fields
  readonly field: string
}

/** The items that every model can be told. */
const TOLD = ['message', 'function_call', 'function_call_output', 'reasoning', 'image_generation_call']

/** The items of tools that a host runs, or defines: only hosts with the Responses API understand them. */
const HOSTED: readonly string[] = [
  'file_search_call',
  'computer_call',
  'computer_call_output',
  'web_search_call',
  'tool_search_call',
  'tool_search_output',
  'additional_tools',
  'compaction',
  'compaction_trigger',
  'code_interpreter_call',
  'local_shell_call',
  'local_shell_call_output',
  'shell_call',
  'shell_call_output',
  'apply_patch_call',
  'apply_patch_call_output',
  'mcp_list_tools',
  'mcp_approval_request',
  'mcp_approval_response',
  'mcp_call',
  'custom_tool_call',
  'custom_tool_call_output',
  'configuration_update',
  'program',
  'program_output',
]
const KNOWN = new Set([...TOLD, ...HOSTED, 'item_reference'])

/** True for an item that only a host with the Responses API understands. */
export function isHosted({ type }: Fields): boolean {
  return typeof type === 'string' && HOSTED.includes(type)
}

/**
 * The items that a model is to be told: those of the conversation that is gone on with, then those of `input`, where a
 * text is a user's message.
 *
 * @throws MeritorderError `invalid_request` naming the item that is none.
 */
export function inputItems(input: unknown, earlier: readonly unknown[] = []): InputItem[] {
  const before = earlier.map((item) => ({
    item: readObject(item, 'previous_response_id'),
    field: 'previous_response_id',
  }))
  return [...before, ...ownItems(input)]
}

function ownItems(input: unknown): InputItem[] {
  if (typeof input === 'string' && input !== '')
    return [{ item: { type: 'message', role: 'user', content: input }, field: 'input' }]
  if (!Array.isArray(input) || input.length === 0)
    throw wrong('input', 'a text or a non-empty array of items')
  return input.map((value, i) => {
    const field = `input[${i}]`
    const item = readObject(value, field)
    const type = typeOf(item)
    if (type === undefined || !KNOWN.has(type))
      throw wrong(`${field}.type`, `one of ${[...KNOWN].join(', ')}`)
    return { item, field }
  })
}

/** The type of an item: messages and references may leave it out. */
export function typeOf(item: Fields): string | undefined {
  if (typeof item.type === 'string') return item.type
  if (item.type !== undefined && item.type !== null) return undefined
  if (typeof item.role === 'string') return 'message'
  return typeof item.id === 'string' ? 'item_reference' : undefined
}

/** Anything that is an object, as far as it is one: for looking into an input that nobody has checked yet. */
export function itemsIn(input: unknown): readonly Fields[] {
  return Array.isArray(input) ? input.filter(isObject) : []
}
