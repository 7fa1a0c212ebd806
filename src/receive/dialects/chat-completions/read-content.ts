import type { LanguageModelV4FilePart, LanguageModelV4TextPart } from '@ai-sdk/provider'
import {
  defined,
  type Fields,
  optional,
  type Reader,
  readObject,
  readString,
  readWord,
  wrong,
} from '../../fields.ts'
import { readImageUrl } from '../image-url.ts'

type UserPart = LanguageModelV4TextPart | LanguageModelV4FilePart

/** The content of a system, assistant or tool message: text, whole or in parts. @throws MeritorderError `invalid_request` */
export const readText: Reader<string> = (value, field) => {
  if (typeof value === 'string') return value
  return readParts(value, field, (part, path) => {
    const type = readWord(['text', 'refusal'])(part.type, `${path}.type`)
    return readString(part[type], `${path}.${type}`)
  }).join('\n')
}

/** The content of a user message. @throws MeritorderError `invalid_request` */
export const readUserParts: Reader<UserPart[]> = (value, field) =>
  typeof value === 'string' ? [{ type: 'text', text: value }] : readParts(value, field, readUserPart)

function readParts<T>(value: unknown, field: string, read: (part: Fields, path: string) => T): T[] {
  if (!Array.isArray(value)) throw wrong(field, 'a string or an array of parts')
  return value.map((part, i) => read(readObject(part, `${field}[${i}]`), `${field}[${i}]`))
}

const USER_PARTS = ['text', 'image_url', 'input_audio', 'file'] as const

function readUserPart(part: Fields, path: string): UserPart {
  const type = readWord(USER_PARTS)(part.type, `${path}.type`)
  if (type === 'text') return { type, text: readString(part.text, `${path}.text`) }
  const inner = readObject(part[type], `${path}.${type}`)
  if (type === 'image_url') return readImage(inner.url, `${path}.image_url.url`)
  if (type === 'input_audio') return readAudio(inner, `${path}.input_audio`)
  const filename = optional(readString, inner.filename, `${path}.file.filename`)
  return { ...readDataUrl(inner.file_data, `${path}.file.file_data`), ...defined({ filename }) }
}

/** An image by its https address, which is handed on and never fetched here, or as a data URL. */
export const readImage: Reader<LanguageModelV4FilePart> = (value, field) => {
  const text = readString(value, field)
  return text.startsWith('https://') ? readImageUrl(text, field) : readDataUrl(text, field)
}

function readAudio({ data, format }: Fields, field: string): LanguageModelV4FilePart {
  const kind = readString(format, `${field}.format`)
  return {
    type: 'file',
    data: { type: 'data', data: readString(data, `${field}.data`) },
    mediaType: kind === 'mp3' ? 'audio/mpeg' : `audio/${kind}`,
  }
}

/** `data:<media type>;base64,<data>`; the data stay base64. */
export const readDataUrl: Reader<LanguageModelV4FilePart> = (value, field) => {
  const text = readString(value, field)
  const comma = text.indexOf(',')
  const mediaType = /^data:([\w.+-]+\/[\w.+-]+)(?:;[^;,]+)*;base64$/i.exec(text.slice(0, comma))?.[1]
  if (mediaType === undefined) throw wrong(field, 'a base64 data URL, or for an image an https address')
  return { type: 'file', data: { type: 'data', data: text.slice(comma + 1) }, mediaType }
}
