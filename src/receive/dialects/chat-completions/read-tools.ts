import type {
  LanguageModelV4CallOptions,
  LanguageModelV4FunctionTool,
  LanguageModelV4ToolChoice,
} from '@ai-sdk/provider'
import {
  defined,
  optional,
  type Reader,
  readArray,
  readBoolean,
  readObject,
  readString,
  readWord,
  wrong,
} from '../../fields.ts'
import { readCachePoint } from './cache-point.ts'

type Tools = NonNullable<LanguageModelV4CallOptions['tools']>
type JsonSchema = LanguageModelV4FunctionTool['inputSchema']

/** `tools`: functions only. @throws MeritorderError `invalid_request` */
export const readTools: Reader<Tools> = (value, field) =>
  readArray(value, field).map((tool, i) => readTool(tool, `${field}[${i}]`))

const readTool: Reader<LanguageModelV4FunctionTool> = (value, field) => {
  const tool = readObject(value, field)
  readWord(['function'])(tool.type, `${field}.type`)
  const { name, description, parameters, strict } = readObject(tool.function, `${field}.function`)
  return {
    type: 'function',
    name: readString(name, `${field}.function.name`),
    inputSchema: optional(readJsonSchema, parameters, `${field}.function.parameters`) ?? NO_PARAMETERS,
    ...defined({
      description: optional(readString, description, `${field}.function.description`),
      strict: optional(readBoolean, strict, `${field}.function.strict`),
      providerOptions: readCachePoint(tool, field),
    }),
  }
}

const NO_PARAMETERS: JsonSchema = { type: 'object', properties: {} }

/** A JSON Schema; the provider judges what is in it. @throws MeritorderError `invalid_request` */
export const readJsonSchema: Reader<JsonSchema> = (value, field) => readObject(value, field)

/** `tool_choice` among these tools. @throws MeritorderError `invalid_request`, also for a tool that is not offered. */
export function readToolChoice(tools: Tools): Reader<LanguageModelV4ToolChoice> {
  return (value, field) => {
    if (typeof value === 'string') return { type: readWord(['auto', 'none', 'required'])(value, field) }
    const choice = readObject(value, field)
    readWord(['function'])(choice.type, `${field}.type`)
    const toolName = readString(
      readObject(choice.function, `${field}.function`).name,
      `${field}.function.name`,
    )
    if (tools.some((tool) => tool.name === toolName)) return { type: 'tool', toolName }
    throw wrong(`${field}.function.name`, 'the name of one of the tools')
  }
}
