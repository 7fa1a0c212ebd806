import type { ChatRequest } from '../receive/chat-request.ts'
import type { Needs } from './prompt.ts'

type Medium = 'images' | 'files' | 'audio' | 'video'

/** Content part types by what reading them takes, in the words of the chat and responses dialects. */
const PART_MEDIUM: Readonly<Record<string, Medium>> = {
  image_url: 'images',
  input_image: 'images',
  image: 'images',
  file: 'files',
  input_file: 'files',
  document: 'files',
  input_audio: 'audio',
  audio: 'audio',
  audio_url: 'audio',
  video_url: 'video',
  input_video: 'video',
  video: 'video',
}

const NO_OUTPUT: readonly string[] = []

/** What the call needs from an endpoint to be answerable at all. Reads every message's parts; never throws. */
export function promptNeeds(request: ChatRequest): Needs {
  const media = { images: false, files: false, audio: false, video: false }
  const messages: readonly unknown[] = Array.isArray(request.messages) ? request.messages : []
  for (const message of messages) {
    if (typeof message !== 'object' || message === null || !('content' in message)) continue
    if (!Array.isArray(message.content)) continue
    for (const part of message.content as readonly unknown[]) {
      const medium = partMedium(part)
      if (medium !== undefined) media[medium] = true
    }
  }
  const allowed = positive(request.max_completion_tokens) ?? positive(request.max_tokens)
  return {
    tools: Array.isArray(request.tools) && request.tools.length > 0,
    ...media,
    jsonSchema: request.response_format?.type === 'json_schema',
    outputModalities: outputModalities(request.modalities),
    ...(request.hosted === undefined ? {} : { hostedTools: request.hosted }),
    ...(allowed === undefined ? {} : { maxCompletionTokens: allowed }),
  }
}

/** What reading a content part takes besides text; undefined for text and for parts nobody knows. */
export function partMedium(part: unknown): Medium | undefined {
  if (typeof part !== 'object' || part === null || !('type' in part)) return undefined
  const { type } = part
  return typeof type === 'string' && Object.hasOwn(PART_MEDIUM, type) ? PART_MEDIUM[type] : undefined
}

function outputModalities(modalities: unknown): readonly string[] {
  if (!Array.isArray(modalities)) return NO_OUTPUT
  const other = modalities.filter((name): name is string => typeof name === 'string' && name !== 'text')
  return other.length === 0 ? NO_OUTPUT : other
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.floor(value) : undefined
}
