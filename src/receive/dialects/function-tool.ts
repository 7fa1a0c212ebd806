import type { LanguageModelV4FunctionTool } from '@ai-sdk/provider'
import { isObject } from '../../json/is-object.ts'
import {
  defined,
  type Fields,
  optional,
  type Reader,
  readBoolean,
  readObject,
  readString,
  wrong,
} from '../fields.ts'

type JsonSchema = LanguageModelV4FunctionTool['inputSchema']

/** A function as OpenAI's dialects describe it; `field` is the path of the object that has its name. @throws MeritorderError `invalid_request` */
export function readFunction(
  { name, description, parameters, strict }: Fields,
  field: string,
): LanguageModelV4FunctionTool {
  return {
    type: 'function',
    name: readString(name, `${field}.name`),
    inputSchema: optional(readJsonSchema, parameters, `${field}.parameters`) ?? NO_PARAMETERS,
    ...defined({
      description: optional(readString, description, `${field}.description`),
      strict: optional(readBoolean, strict, `${field}.strict`),
    }),
  }
}

const NO_PARAMETERS: JsonSchema = { type: 'object', properties: {} }

/** A JSON Schema; the provider judges what is in it. @throws MeritorderError `invalid_request` */
export const readJsonSchema: Reader<JsonSchema> = (value, field) => readObject(value, field)

/** What a function was called with, in OpenAI's dialects JSON text; '' is what some models write for none. @throws MeritorderError `invalid_request` */
export const readArguments: Reader<Fields> = (value, field) => {
  const text = readString(value, field)
  let input: unknown
  try {
    input = JSON.parse(text.trim() === '' ? '{}' : text)
  } catch {
    throw wrong(field, 'JSON text')
  }
  if (isObject(input)) return input
  throw wrong(field, 'the JSON text of an object')
}
