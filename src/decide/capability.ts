import type { Endpoint, Provider } from '../market/offer.ts'
import { type OutputModality, outputModalities } from '../market/output-modalities.ts'
import { speaksResponses } from '../market/speaks-responses.ts'
import type { Needs } from '../understand/prompt.ts'

/** What an endpoint can do, one bit each. All of them are what a call can require. */
export const CAN = {
  chat: 1 << 0,
  current: 1 << 1,
  tools: 1 << 2,
  imageInput: 1 << 3,
  fileInput: 1 << 4,
  audioInput: 1 << 5,
  videoInput: 1 << 6,
  jsonSchema: 1 << 7,
  textOutput: 1 << 8,
  imageOutput: 1 << 9,
  audioOutput: 1 << 10,
  videoOutput: 1 << 11,
  fileOutput: 1 << 12,
  embeddingsOutput: 1 << 13,
  rerankOutput: 1 << 14,
  /** An output that no endpoint of the market can make. */
  otherOutput: 1 << 15,
  responsesTools: 1 << 16,
  messagesTools: 1 << 17,
} as const

/** The limit that a missing bit counts under, by bit number. */
export const NEED_LIMITS: readonly string[] = [
  'chat',
  'deprecated',
  'tools',
  'image_input',
  'file_input',
  'audio_input',
  'video_input',
  'json_schema',
  ...Array.from({ length: 8 }, () => 'output_modalities'),
  'hosted_tools',
  'hosted_tools',
]

const OUTPUT_BITS: Readonly<Record<OutputModality, number>> = {
  text: CAN.textOutput,
  image: CAN.imageOutput,
  audio: CAN.audioOutput,
  video: CAN.videoOutput,
  file: CAN.fileOutput,
  embeddings: CAN.embeddingsOutput,
  rerank: CAN.rerankOutput,
}

/**
 * Models that answer in text but do not converse: speech, moderation, OCR.
 * The catalog has no field that says so; their names do.
 */
const NOT_CHAT =
  /(?:^|[^a-z])(?:whisper|\w*tts|guard|safeguard|prompt-guard|safety|moderation|\w*ocr|transcrib\w*|speech|voicechat|parakeet)(?:[^a-z]|$)/

/** The capability bits of an endpoint. */
export function capabilities(endpoint: Endpoint, provider: Provider): number {
  let bits = endpoint.status === 'deprecated' ? 0 : CAN.current
  const outputs = outputModalities(endpoint)
  if (converses(endpoint, outputs)) bits |= CAN.chat
  if (endpoint.supports.tools) bits |= CAN.tools
  if (endpoint.supports.structuredOutput) bits |= CAN.jsonSchema
  if (speaksResponses(endpoint, provider)) bits |= CAN.responsesTools
  if ((endpoint.family ?? provider.family) === 'anthropic') bits |= CAN.messagesTools
  if (endpoint.input.includes('image')) bits |= CAN.imageInput
  if (endpoint.input.includes('file')) bits |= CAN.fileInput
  if (endpoint.input.includes('audio')) bits |= CAN.audioInput
  if (endpoint.input.includes('video')) bits |= CAN.videoInput
  for (const modality of outputs) bits |= OUTPUT_BITS[modality]
  return bits
}

function converses(
  { model, upstreamModel, price, input }: Endpoint,
  outputs: readonly OutputModality[],
): boolean {
  if (!input.includes('text') || !outputs.includes('text')) return false
  if (NOT_CHAT.test(model.toLowerCase()) || NOT_CHAT.test(upstreamModel.toLowerCase())) return false
  // A host that charges for reading and nothing for writing sells embeddings.
  return price === undefined || Number(price.completion) > 0 || Number(price.prompt) === 0
}

/**
 * The bits that a prompt requires. `auto` also requires a current model that converses;
 * whoever names a model may have a deprecated or an unusual one.
 */
export function requiredBits(needs: Needs, auto: boolean): number {
  let bits = auto ? CAN.chat | CAN.current : 0
  if (needs.tools) bits |= CAN.tools
  if (needs.images) bits |= CAN.imageInput
  if (needs.files) bits |= CAN.fileInput
  if (needs.audio) bits |= CAN.audioInput
  if (needs.video) bits |= CAN.videoInput
  if (needs.jsonSchema) bits |= CAN.jsonSchema
  if (needs.hostedTools === 'responses') bits |= CAN.responsesTools
  if (needs.hostedTools === 'messages') bits |= CAN.messagesTools
  if (needs.outputModalities.length === 0) bits |= CAN.textOutput
  for (const modality of needs.outputModalities) {
    bits |= isModality(modality) ? OUTPUT_BITS[modality] : CAN.otherOutput
  }
  return bits
}

function isModality(name: string): name is OutputModality {
  return Object.hasOwn(OUTPUT_BITS, name)
}

/** True for a server of one's own: a loopback or private address, where $0 is the price and not a trial. */
export function isOwnServer(provider: Provider): boolean {
  const host = /^https?:\/\/(\[[^\]]*\]|[^/:]+)/.exec(provider.baseUrl ?? '')?.[1]
  if (host === undefined) return false
  return /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[::1\]$|\[f[cd])/.test(host)
}
