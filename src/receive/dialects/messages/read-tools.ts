import type { JSONObject, LanguageModelV4CallOptions, LanguageModelV4FunctionTool } from '@ai-sdk/provider'
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
import { cacheControl, withOptions } from './read-content.ts'

type Tools = NonNullable<LanguageModelV4CallOptions['tools']>
type JsonSchema = LanguageModelV4FunctionTool['inputSchema']

/** `tools` of the caller's own. Anthropic's can be had at its hosts alone. @throws MeritorderError `invalid_request` */
export const readTools: Reader<Tools> = (value, field) =>
  readArray(value, field).map((tool, i) => readTool(tool, `${field}[${i}]`))

const readTool: Reader<LanguageModelV4FunctionTool> = (value, field) => {
  const tool = readObject(value, field)
  const type = optional(readString, tool.type, `${field}.type`) ?? 'custom'
  if (type !== 'custom')
    throw wrong(
      `${field}.type`,
      `"custom" at this model’s provider: ${type} is a tool that only Anthropic’s hosts have. Name one of its models, or leave the tool out`,
    )
  const read: LanguageModelV4FunctionTool = {
    type: 'function',
    name: readString(tool.name, `${field}.name`),
    inputSchema: readInputSchema(tool.input_schema, `${field}.input_schema`),
    ...defined({
      description: optional(readString, tool.description, `${field}.description`),
      strict: optional(readBoolean, tool.strict, `${field}.strict`),
      inputExamples: optional(readExamples, tool.input_examples, `${field}.input_examples`),
    }),
  }
  return withOptions(read, cacheControl(tool))
}

/** A JSON Schema of an object; the provider judges what else is in it. */
const readInputSchema: Reader<JsonSchema> = (value, field) => {
  const schema = readObject(value, field)
  readWord(['object'])(schema.type, `${field}.type`)
  return schema
}

const readExamples: Reader<NonNullable<LanguageModelV4FunctionTool['inputExamples']>> = (value, field) =>
  readArray(value, field).map((example, i) => ({
    input: readObject(example, `${field}[${i}]`) as JSONObject,
  }))

const CHOICES = ['auto', 'any', 'tool', 'none'] as const

/** `tool_choice` among these tools, and whether calls may be made side by side. @throws MeritorderError `invalid_request` */
export function readToolChoice(value: unknown, tools: Tools): Partial<LanguageModelV4CallOptions> {
  const choice = optional(readObject, value, 'tool_choice')
  if (choice === undefined) return {}
  const type = readWord(CHOICES)(choice.type, 'tool_choice.type')
  const single =
    optional(readBoolean, choice.disable_parallel_tool_use, 'tool_choice.disable_parallel_tool_use') === true
  return {
    ...(single && { providerOptions: ONE_AT_A_TIME }),
    toolChoice:
      type === 'tool'
        ? { type, toolName: readToolName(choice.name, tools) }
        : { type: type === 'any' ? 'required' : type },
  }
}

function readToolName(value: unknown, tools: Tools): string {
  const name = readString(value, 'tool_choice.name')
  if (tools.some((tool) => tool.name === name)) return name
  throw wrong('tool_choice.name', 'the name of one of the tools')
}

/** The families say it in the words of their own packages. */
const ONE_AT_A_TIME = { openai: { parallelToolCalls: false } }
