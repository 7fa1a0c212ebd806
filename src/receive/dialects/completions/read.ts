import type { ChatRequest } from '../../chat-request.ts'
import {
  defined,
  type Fields,
  optional,
  type Reader,
  readBoolean,
  readInteger,
  readLimit,
  readString,
  wrong,
} from '../../fields.ts'
import { readSampling, SAMPLING } from '../chat-completions/read-sampling.ts'
import type { CanonicalCall } from '../dialect.ts'
import { untold } from '../losses.ts'

/**
 * What choosing a model needs to know. What cannot be expressed is refused here, before a model is chosen.
 *
 * @throws MeritorderError `invalid_request` naming the field that is wrong or cannot be expressed.
 */
export function readRequest(body: Fields): ChatRequest {
  refuseInexpressible(body)
  const maxTokens = optional(readLimit, body.max_tokens, 'max_tokens')
  optional(readBoolean, body.stream, 'stream')
  return {
    messages: [{ role: 'user', content: readPrompt(body.prompt, 'prompt') }],
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
  }
}

/**
 * A completions body in canonical form. Null counts as absent. OpenAI's limit of 16 tokens where none is given is not kept:
 * the models behind it are chat models.
 *
 * @throws MeritorderError `invalid_request` naming the field that is wrong.
 */
export function readCall(body: Fields): CanonicalCall {
  const text = readPrompt(body.prompt, 'prompt')
  return {
    options: {
      prompt: [{ role: 'user', content: [{ type: 'text', text }] }],
      ...readSampling(body),
      ...defined({ maxOutputTokens: optional(readLimit, body.max_tokens, 'max_tokens') }),
    },
    losses: untold(body, TOLD),
  }
}

/** Members of the body that are read into the canonical form, or refused unless they ask for nothing. */
const TOLD = new Set(['prompt', 'max_tokens', 'n', 'best_of', 'echo', 'suffix', ...SAMPLING])

/** What would silently give another answer than the one asked for. */
function refuseInexpressible(body: Fields): void {
  for (const field of ['n', 'best_of'])
    if ((optional(readInteger, body[field], field) ?? 1) !== 1) throw wrong(field, '1')
  if (body.echo === true) throw wrong('echo', 'false')
  if (optional(readString, body.suffix, 'suffix')) throw wrong('suffix', 'left out: chat models take none')
}

/** One text, alone or in a list; lists of several, or of tokens, would be several calls or another model's words. */
const readPrompt: Reader<string> = (value, field) => {
  const only: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value
  if (typeof only === 'string' && only !== '') return only
  throw wrong(field, 'one text')
}
