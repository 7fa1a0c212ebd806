import { isObject } from '../../../json/is-object.ts'
import type { ContentPart } from '../../chat-request.ts'
import {
  defined,
  type Fields,
  optional,
  type Reader,
  readArray,
  readLimit,
  readString,
  readWord,
  wrong,
} from '../../fields.ts'
import type { EmbeddingsInput, EmbeddingsRequest } from '../../work-request.ts'

/** OpenAI's limits. */
const MOST_INPUTS = 2048
const MOST_TOKENS = 300_000

const FORMS = 'a text, a list of texts, of tokens or of lists of tokens, or of {content: […parts]}'

/**
 * Reads an embeddings body: OpenAI's forms of `input`, and OpenRouter's parts of several media.
 *
 * @throws MeritorderError `invalid_request` naming the field that is wrong.
 */
export function readRequest(body: Fields): EmbeddingsRequest {
  if (body.stream === true) throw wrong('stream', 'left out: vectors do not stream')
  return {
    inputs: readInputs(body.input),
    encoding: optional(readWord(['float', 'base64']), body.encoding_format, 'encoding_format') ?? 'float',
    ...defined({
      dimensions: optional(readLimit, body.dimensions, 'dimensions'),
      inputType: optional(readString, body.input_type, 'input_type'),
    }),
  }
}

function readInputs(input: unknown): readonly EmbeddingsInput[] {
  if (typeof input === 'string') return [readText(input, 'input')]
  if (!Array.isArray(input)) throw wrong('input', FORMS)
  const list: readonly unknown[] = input
  if (list.length === 0) throw wrong('input', `${FORMS}; it is empty`)
  if (typeof list[0] === 'number') return [readTokens(list, 'input')]
  if (list.length > MOST_INPUTS)
    throw wrong('input', `at most ${MOST_INPUTS} inputs; there are ${list.length}`)
  return list.map((item, at) => readInput(item, `input[${at}]`))
}

const readInput: Reader<EmbeddingsInput> = (item, field) => {
  if (typeof item === 'string') return readText(item, field)
  if (Array.isArray(item)) return readTokens(item, field)
  if (isObject(item)) return readParts(item.content, `${field}.content`)
  throw wrong(field, FORMS)
}

/** An empty text has no vector: OpenAI refuses it, other hosts answer with nonsense. */
const readText: Reader<string> = (text, field) => {
  if (typeof text === 'string' && text !== '') return text
  throw wrong(field, 'a text that is not empty')
}

const readTokens: Reader<readonly number[]> = (tokens, field) => {
  const list = readArray(tokens, field)
  if (list.length === 0 || list.length > MOST_TOKENS)
    throw wrong(field, `a list of 1 to ${MOST_TOKENS} tokens`)
  for (const token of list)
    if (!Number.isSafeInteger(token) || Number(token) < 0)
      throw wrong(field, 'a list of tokens: whole numbers')
  return list as readonly number[]
}

const readParts: Reader<readonly ContentPart[]> = (parts, field) => {
  const list = readArray(parts, field)
  if (list.length === 0) throw wrong(field, 'a list of at least one part')
  return list.map((part, at) => {
    if (isObject(part) && typeof part.type === 'string') return { ...part, type: part.type }
    throw wrong(`${field}[${at}]`, 'a part with a type')
  })
}
