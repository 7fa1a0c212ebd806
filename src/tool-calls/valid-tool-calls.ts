import { isObject } from '../json/is-object.ts'
import { obeys } from './obeys.ts'

/** More calls, of more tools, or longer arguments in all, are not judged. */
const MOST_CALLS = 64
const MOST_TOOLS = 1_000
const MOST_CHARACTERS = 256 * 1024

/**
 * Whether all tool calls of an answer name a tool that was offered, with arguments that are the JSON text of an object and
 * obey its schema, see `obeys`. Undefined where there are none, or too many to tell.
 *
 * @param tools as they were sent, in the words of chat completions, Responses or Messages
 */
export function validToolCalls(
  tools: readonly unknown[],
  calls: readonly { readonly name: string; readonly arguments: string }[],
): boolean | undefined {
  const length = calls.reduce((sum, call) => sum + call.arguments.length, 0)
  if (calls.length === 0 || calls.length > MOST_CALLS) return undefined
  if (tools.length > MOST_TOOLS || length > MOST_CHARACTERS) return undefined
  const verdicts = calls.map(({ name, arguments: text }) => {
    const schema = schemaOf(name, tools)
    const value = parse(text)
    if (schema === undefined || !isObject(value)) return false
    return obeys(value, schema)
  })
  if (verdicts.includes(false)) return false
  return verdicts.includes(undefined) ? undefined : true
}

/** The schema of a tool's arguments; true where it states none, undefined where no tool has the name. */
function schemaOf(name: string, tools: readonly unknown[]): unknown {
  for (const tool of tools) {
    if (!isObject(tool)) continue
    const own = isObject(tool.function) ? tool.function : tool
    if (own.name === name) return own.parameters ?? own.input_schema ?? true
  }
  return undefined
}

/** '' is what some models write for no arguments. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text.trim() === '' ? '{}' : text)
  } catch {
    return undefined
  }
}
