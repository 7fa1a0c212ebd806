import type {
  LanguageModelV4FilePart,
  LanguageModelV4TextPart,
  SharedV4ProviderOptions,
} from '@ai-sdk/provider'
import {
  defined,
  type Fields,
  optional,
  type Reader,
  readArray,
  readBoolean,
  readObject,
  readString,
  readWord,
  wrong,
} from '../../fields.ts'
import { readImageUrl, readWebAddress } from '../image-url.ts'

export type ContentPart = LanguageModelV4TextPart | LanguageModelV4FilePart

/** Blocks that hold something to read; `user` turns and tool results may have them. */
export const CONTENT_BLOCKS = ['text', 'image', 'document', 'search_result'] as const

/** The blocks of a content, or the one text block that a string stands for. @throws MeritorderError `invalid_request` */
export const readBlocks: Reader<readonly Fields[]> = (value, field) => {
  if (typeof value === 'string') return [{ type: 'text', text: value }]
  if (!Array.isArray(value)) throw wrong(field, 'a string or an array of content blocks')
  return value.map((block, i) => readObject(block, `${field}[${i}]`))
}

/**
 * One of `CONTENT_BLOCKS` as parts of a message: a document of blocks is as many parts as it has.
 *
 * @throws MeritorderError `invalid_request`
 */
export function readContentBlock(block: Fields, path: string): ContentPart[] {
  const type = readWord(CONTENT_BLOCKS)(block.type, `${path}.type`)
  const parts = READERS[type](block, path)
  const last = parts.at(-1)
  return last === undefined ? parts : [...parts.slice(0, -1), withOptions(last, cacheControl(block))]
}

/** Anthropic's `cache_control`, which its hosts are told through their package. */
export function cacheControl({ cache_control: control }: Fields): SharedV4ProviderOptions {
  if (control === undefined || control === null) return {}
  return { anthropic: { cacheControl: control as NonNullable<SharedV4ProviderOptions[string]>[string] } }
}

/** The part or message with these options besides its own; as it is where there are none. */
export function withOptions<T extends object>(part: T, options: SharedV4ProviderOptions): T {
  const { providerOptions: own } = part as { readonly providerOptions?: SharedV4ProviderOptions }
  const merged = { ...own }
  for (const [vendor, values] of Object.entries(options)) merged[vendor] = { ...merged[vendor], ...values }
  return Object.keys(merged).length === 0 ? part : { ...part, providerOptions: merged }
}

const READERS: Readonly<
  Record<(typeof CONTENT_BLOCKS)[number], (block: Fields, path: string) => ContentPart[]>
> = {
  text: (block, path) => [{ type: 'text', text: readString(block.text, `${path}.text`) }],
  image: (block, path) => [readImage(block.source, `${path}.source`)],
  document: readDocument,
  search_result: readSearchResult,
}

const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const

const readImage: Reader<LanguageModelV4FilePart> = (value, field) => {
  const source = readObject(value, field)
  const type = readWord(['base64', 'url', 'file'])(source.type, `${field}.type`)
  if (type === 'file') throw notUploaded(field)
  if (type === 'url') return readImageUrl(source.url, `${field}.url`)
  const mediaType = readWord(IMAGE_TYPES)(source.media_type, `${field}.media_type`)
  return { type: 'file', data: readBase64(source.data, `${field}.data`), mediaType }
}

function readDocument(block: Fields, path: string): ContentPart[] {
  const field = `${path}.source`
  const source = readObject(block.source, field)
  const type = readWord(['base64', 'text', 'url', 'content', 'file'])(source.type, `${field}.type`)
  if (type === 'file') throw notUploaded(field)
  const title = optional(readString, block.title, `${path}.title`)
  if (type === 'content') return readDocumentBlocks(title, source.content, `${field}.content`)
  const file = {
    type: 'file' as const,
    ...DOCUMENTS[type](source, field),
    ...defined({ filename: title }),
  }
  return [withOptions(file, documentOptions(block, path))]
}

const DOCUMENTS = {
  base64: (source: Fields, field: string) => ({
    mediaType: readWord(['application/pdf'])(source.media_type, `${field}.media_type`),
    data: readBase64(source.data, `${field}.data`),
  }),
  text: (source: Fields, field: string) => ({
    mediaType: 'text/plain',
    data: { type: 'text' as const, text: readString(source.data, `${field}.data`) },
  }),
  url: (source: Fields, field: string) => ({
    mediaType: 'application/pdf',
    data: { type: 'url' as const, url: readWebAddress(source.url, `${field}.url`) },
  }),
}

/** A document that the caller has cut into blocks already: they become parts of the message. */
function readDocumentBlocks(title: string | undefined, content: unknown, field: string): ContentPart[] {
  const heading: ContentPart[] = title === undefined ? [] : [{ type: 'text', text: title }]
  const parts = readBlocks(content, field).flatMap((block, i) => {
    readWord(['text', 'image'])(block.type, `${field}[${i}].type`)
    return readContentBlock(block, `${field}[${i}]`)
  })
  return [...heading, ...parts]
}

function documentOptions(block: Fields, path: string): SharedV4ProviderOptions {
  const citations = optional(readObject, block.citations, `${path}.citations`)
  const enabled = optional(readBoolean, citations?.enabled, `${path}.citations.enabled`)
  const facts = defined({
    title: optional(readString, block.title, `${path}.title`),
    context: optional(readString, block.context, `${path}.context`),
    citations: enabled === undefined ? undefined : { enabled },
  })
  return Object.keys(facts).length === 0 ? {} : { anthropic: facts }
}

/** A passage that the caller has found: title and source stand above it, as other vendors' models read it. */
function readSearchResult(block: Fields, path: string): ContentPart[] {
  const title = readString(block.title, `${path}.title`)
  const source = readString(block.source, `${path}.source`)
  const texts = readArray(block.content, `${path}.content`).map((item, i) =>
    readString(readObject(item, `${path}.content[${i}]`).text, `${path}.content[${i}].text`),
  )
  return [{ type: 'text', text: `${title}\n${source}\n\n${texts.join('\n')}` }]
}

const readBase64: Reader<{ type: 'data'; data: string }> = (value, field) => {
  const data = readString(value, field)
  // A few megabytes are looked at in no time, and a data URL or an address is the usual mistake.
  if (data !== '' && /^[A-Za-z0-9+/\s]+(?:={1,2}\s*)?$/.test(data)) return { type: 'data', data }
  throw wrong(field, 'base64, without a data: prefix')
}

function notUploaded(field: string) {
  return wrong(
    `${field}.type`,
    'base64, url or text: files uploaded to Anthropic can be read by its own hosts only',
  )
}
