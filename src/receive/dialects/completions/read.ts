import type { LanguageModelV4CallOptions } from '@ai-sdk/provider'
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
import { readSampling } from '../chat-completions/read-call.ts'

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
 * A completions body in canonical form. Null counts as absent. Dropped, as by chat completions: `logit_bias`,
 * `logprobs`, `user`, and every field unknown to us. OpenAI's limit of 16 tokens where none is given is not kept:
 * the models behind it are chat models.
 *
 * @throws MeritorderError `invalid_request` naming the field that is wrong.
 */
export function readCall(body: Fields): LanguageModelV4CallOptions {
  const text = readPrompt(body.prompt, 'prompt')
  return {
    prompt: [{ role: 'user', content: [{ type: 'text', text }] }],
    ...readSampling(body),
    ...defined({ maxOutputTokens: optional(readLimit, body.max_tokens, 'max_tokens') }),
  }
}

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
