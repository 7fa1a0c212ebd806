import type {
  LanguageModelV4CallOptions,
  LanguageModelV4FunctionTool,
  LanguageModelV4ToolChoice,
} from '@ai-sdk/provider'
import { defined, type Reader, readArray, readObject, readString, readWord, wrong } from '../../fields.ts'
import { readFunction } from '../function-tool.ts'
import { readCachePoint } from './cache-point.ts'

type Tools = NonNullable<LanguageModelV4CallOptions['tools']>

/** `tools`: functions only. @throws MeritorderError `invalid_request` */
export const readTools: Reader<Tools> = (value, field) =>
  readArray(value, field).map((tool, i) => readTool(tool, `${field}[${i}]`))

const readTool: Reader<LanguageModelV4FunctionTool> = (value, field) => {
  const tool = readObject(value, field)
  readWord(['function'])(tool.type, `${field}.type`)
  const read = readFunction(readObject(tool.function, `${field}.function`), `${field}.function`)
  return { ...read, ...defined({ providerOptions: readCachePoint(tool, field) }) }
}

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
