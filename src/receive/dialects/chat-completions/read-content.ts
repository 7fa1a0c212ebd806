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
import { readImageUrl, readWebAddress } from '../image-url.ts'
import { readCachePoint } from './cache-point.ts'

type UserPart = LanguageModelV4TextPart | LanguageModelV4FilePart

/** The texts of a system or assistant message, each with what it says about caching. @throws MeritorderError `invalid_request` */
export const readTextParts: Reader<LanguageModelV4TextPart[]> = (value, field) => {
  if (typeof value === 'string') return value === '' ? [] : [{ type: 'text', text: value }]
  return readParts(value, field, (part, path) => {
    const type = readWord(['text', 'refusal'])(part.type, `${path}.type`)
    return withCachePoint({ type: 'text', text: readString(part[type], `${path}.${type}`) }, part, path)
  })
}

/** The content of a user message. @throws MeritorderError `invalid_request` */
export const readUserParts: Reader<UserPart[]> = (value, field) =>
  typeof value === 'string' ? [{ type: 'text', text: value }] : readParts(value, field, readUserPart)

function readParts<T>(value: unknown, field: string, read: (part: Fields, path: string) => T): T[] {
  if (!Array.isArray(value)) throw wrong(field, 'a string or an array of parts')
  return value.map((part, i) => read(readObject(part, `${field}[${i}]`), `${field}[${i}]`))
}

const USER_PARTS = ['text', 'image_url', 'input_audio', 'file', 'video_url', 'input_video'] as const

function readUserPart(part: Fields, path: string): UserPart {
  return withCachePoint(readBarePart(part, path), part, path)
}

function withCachePoint<T extends UserPart>(read: T, part: Fields, path: string): T {
  const providerOptions = readCachePoint(part, path)
  return providerOptions === undefined
    ? read
    : { ...read, providerOptions: { ...read.providerOptions, ...providerOptions } }
}

function readBarePart(part: Fields, path: string): UserPart {
  const type = readWord(USER_PARTS)(part.type, `${path}.type`)
  if (type === 'text') return { type, text: readString(part.text, `${path}.text`) }
  const inner = readObject(part[type], `${path}.${type}`)
  if (type === 'image_url') {
    const image = readImage(inner.url, `${path}.image_url.url`)
    const detail = optional(readString, inner.detail, `${path}.image_url.detail`)
    return detail === undefined ? image : { ...image, providerOptions: { openai: { imageDetail: detail } } }
  }
  if (type === 'video_url' || type === 'input_video')
    return readLinked(inner.url, `${path}.${type}.url`, VIDEO_TYPES, 'video/*')
  if (type === 'input_audio') return readAudio(inner, `${path}.input_audio`)
  const filename = optional(readString, inner.filename, `${path}.file.filename`)
  const file = readLinked(inner.file_data, `${path}.file.file_data`, FILE_TYPES, 'application/pdf')
  return { ...file, ...defined({ filename }) }
}

/** An image by its https address, which is handed on and never fetched here, or as a data URL. */
export const readImage: Reader<LanguageModelV4FilePart> = (value, field) => {
  const text = readString(value, field)
  return text.startsWith('https://') ? readImageUrl(text, field) : readDataUrl(text, field)
}

/** Anything else by its https address, which is handed on and never fetched here, or as a data URL. */
function readLinked(
  value: unknown,
  field: string,
  types: ReadonlyMap<string, string>,
  otherwise: string,
): LanguageModelV4FilePart {
  const text = readString(value, field)
  if (!text.startsWith('https://')) return readDataUrl(text, field)
  const url = readWebAddress(text, field)
  const extension = /\.(\w+)$/.exec(url.pathname)?.[1]?.toLowerCase() ?? ''
  return { type: 'file', data: { type: 'url', url }, mediaType: types.get(extension) ?? otherwise }
}

const VIDEO_TYPES: ReadonlyMap<string, string> = new Map([
  ['mp4', 'video/mp4'],
  ['mpeg', 'video/mpeg'],
  ['mov', 'video/mov'],
  ['webm', 'video/webm'],
])

const FILE_TYPES: ReadonlyMap<string, string> = new Map([
  ['pdf', 'application/pdf'],
  ['txt', 'text/plain'],
])

function readAudio({ data, format }: Fields, field: string): LanguageModelV4FilePart {
  const kind = readString(format, `${field}.format`)
  return {
    type: 'file',
    data: { type: 'data', data: readString(data, `${field}.data`) },
    mediaType: kind === 'mp3' ? 'audio/mpeg' : `audio/${kind}`,
  }
}

/** What stands before the data of a data URL is never longer. */
const MAX_DATA_HEAD = 256

/** `data:<media type>;base64,<data>`; the data stay base64. */
export const readDataUrl: Reader<LanguageModelV4FilePart> = (value, field) => {
  const text = readString(value, field)
  const comma = text.slice(0, MAX_DATA_HEAD).indexOf(',')
  const mediaType = /^data:([\w.+-]+\/[\w.+-]+)(?:;[^;,]+)*;base64$/i.exec(
    text.slice(0, Math.max(0, comma)),
  )?.[1]
  if (mediaType === undefined) throw wrong(field, 'a base64 data URL or an https address')
  return { type: 'file', data: { type: 'data', data: text.slice(comma + 1) }, mediaType }
}
