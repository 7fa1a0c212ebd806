import type {
  LanguageModelV4FilePart,
  LanguageModelV4TextPart,
  LanguageModelV4ToolResultOutput,
} from '@ai-sdk/provider'
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
import { readDataUrl, readImage } from '../chat-completions/read-content.ts'

type UserPart = LanguageModelV4TextPart | LanguageModelV4FilePart

/** The content of a user's message. @throws MeritorderError `invalid_request` */
export const readUserParts: Reader<UserPart[]> = (value, field) =>
  typeof value === 'string'
    ? [{ type: 'text', text: value }]
    : readParts(value, field).map(([part, path]) => readUserPart(part, path))

/** The texts of a message that has nothing else, as they stand apart. @throws MeritorderError `invalid_request` */
export const readTexts: Reader<string[]> = (value, field) => {
  if (typeof value === 'string') return [value]
  return readParts(value, field).map(([part, path]) => {
    const type = readWord(['input_text', 'output_text', 'refusal', 'text'])(part.type, `${path}.type`)
    const member = type === 'refusal' ? 'refusal' : 'text'
    return readString(part[member], `${path}.${member}`)
  })
}

/** What a function gave: text, or parts among which there may be images and files. @throws MeritorderError `invalid_request` */
export const readOutput: Reader<LanguageModelV4ToolResultOutput> = (value, field) => {
  if (typeof value === 'string') return { type: 'text', value }
  const parts = readUserParts(value, field)
  return { type: 'content', value: parts }
}

function readParts(value: unknown, field: string): [Fields, string][] {
  if (!Array.isArray(value)) throw wrong(field, 'a string or an array of parts')
  return readArray(value, field).map((part, i) => [readObject(part, `${field}[${i}]`), `${field}[${i}]`])
}

const USER_PARTS = ['input_text', 'input_image', 'input_file', 'input_audio'] as const

function readUserPart(part: Fields, path: string): UserPart {
  const type = readWord(USER_PARTS)(part.type, `${path}.type`)
  if (type === 'input_text') return { type: 'text', text: readString(part.text, `${path}.text`) }
  if (type === 'input_image') {
    refuseFileId(part, path)
    return readImage(part.image_url, `${path}.image_url`)
  }
  if (type === 'input_audio') return readAudio(readObject(part.input_audio, `${path}.input_audio`), path)
  return readFile(part, path)
}

/** Files that lie at OpenAI can be read there only. */
function refuseFileId(part: Fields, path: string): void {
  if (part.file_id !== undefined && part.file_id !== null)
    throw wrong(`${path}.file_id`, 'replaced by the content itself: this model has no access to stored files')
}

function readAudio({ data, format }: Fields, path: string): LanguageModelV4FilePart {
  const kind = readString(format, `${path}.input_audio.format`)
  return {
    type: 'file',
    data: { type: 'data', data: readString(data, `${path}.input_audio.data`) },
    mediaType: kind === 'mp3' ? 'audio/mpeg' : `audio/${kind}`,
  }
}

function readFile(part: Fields, path: string): LanguageModelV4FilePart {
  refuseFileId(part, path)
  const filename = optional(readString, part.filename, `${path}.filename`)
  const address = optional(readString, part.file_url, `${path}.file_url`)
  if (address === undefined)
    return { ...readDataUrl(part.file_data, `${path}.file_data`), ...defined({ filename }) }
  // As with images: handed on, never fetched here.
  if (!address.startsWith('https://') || !URL.canParse(address))
    throw wrong(`${path}.file_url`, 'a valid https address')
  const data = { type: 'url' as const, url: new URL(address) }
  return { type: 'file', data, mediaType: 'application/pdf', ...defined({ filename }) }
}
