import type { LanguageModelV4FunctionTool, LanguageModelV4ToolChoice } from '@ai-sdk/provider'
import { MeritorderError } from '../../../errors.ts'
import { isObject } from '../../../json/is-object.ts'
import {
  defined,
  type Fields,
  optional,
  type Reader,
  readArray,
  readObject,
  readString,
  readWord,
  wrong,
} from '../../fields.ts'
import { readFunction } from '../function-tool.ts'

type Tools = LanguageModelV4FunctionTool[]

/** `tools`, functions only. @throws MeritorderError `invalid_request`, also for tools that a host would have to run. */
const readTools: Reader<Tools> = (value, field) =>
  readArray(value, field).map((tool, i) => {
    const path = `${field}[${i}]`
    const fields = readObject(tool, path)
    if (fields.type !== 'function') throw hosted(fields, `${path}.type`)
    return readFunction(fields, path)
  })

function hosted({ type }: Fields, field: string): MeritorderError {
  const what = `${field}: ${String(type).slice(0, 64)} is a tool of hosts with the Responses API, and this model's host has none. Send functions, or name a model of such a host, for example of openai.`
  return new MeritorderError('invalid_request', what, { limit: field })
}

const NAME = /^[\w-]{1,128}$/

/**
 * Checks what the request says about its tools, before anybody is asked: functions have names of their own and take
 * objects. Tools of other kinds are the host's to judge.
 *
 * @throws MeritorderError `invalid_request` naming the field.
 */
export function checkTools(tools: readonly unknown[]): void {
  const names = new Set<string>()
  for (const [i, value] of tools.entries()) {
    const path = `tools[${i}]`
    const tool = readObject(value, path)
    if (readString(tool.type, `${path}.type`) !== 'function') continue
    const name = readString(tool.name, `${path}.name`)
    if (!NAME.test(name)) throw wrong(`${path}.name`, 'at most 128 letters, digits, _ and -')
    if (names.has(name)) throw wrong(`${path}.name`, 'the name of one function only')
    names.add(name)
    const schema = optional(readObject, tool.parameters, `${path}.parameters`) ?? {}
    if (schema.type !== undefined && schema.type !== 'object')
      throw wrong(`${path}.parameters.type`, '"object": a function takes its arguments by name')
    if (schema.properties !== undefined && !isObject(schema.properties))
      throw wrong(`${path}.parameters.properties`, 'an object')
  }
}

/** The tools offered and which of them to use. */
export interface ToolUse {
  readonly tools?: Tools
  readonly toolChoice?: LanguageModelV4ToolChoice
}

/**
 * `tools` and `tool_choice` in canonical form; `allowed_tools` are those that are offered at all.
 *
 * @throws MeritorderError `invalid_request`, also for a choice that is not offered.
 */
export function readToolUse(body: Fields): ToolUse {
  const tools = optional(readTools, body.tools, 'tools')
  const { tool_choice: choice } = body
  if (choice === undefined || choice === null) return defined({ tools })
  if (typeof choice === 'string')
    return { ...defined({ tools }), toolChoice: { type: readWord(MODES)(choice, 'tool_choice') } }
  const chosen = readObject(choice, 'tool_choice')
  const offered = tools ?? []
  if (chosen.type === 'allowed_tools') return readAllowed(chosen, offered)
  readWord(['function'])(chosen.type, 'tool_choice.type')
  const { name } = oneOf(offered, chosen.name, 'tool_choice.name')
  return { tools: offered, toolChoice: { type: 'tool', toolName: name } }
}

const MODES = ['auto', 'none', 'required'] as const

function readAllowed({ mode, tools }: Fields, offered: Tools): ToolUse {
  const allowed = readArray(tools, 'tool_choice.tools').map((tool, i) => {
    const path = `tool_choice.tools[${i}]`
    return oneOf(offered, readObject(tool, path).name, `${path}.name`)
  })
  return { tools: allowed, toolChoice: { type: readWord(['auto', 'required'])(mode, 'tool_choice.mode') } }
}

function oneOf(offered: Tools, name: unknown, field: string): LanguageModelV4FunctionTool {
  const found = offered.find((tool) => tool.name === name)
  if (found !== undefined) return found
  throw wrong(field, 'the name of one of the tools')
}
