import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { WireFamily } from '../../src/market/families.ts'
import { bedrockFramed } from '../bedrock-event-stream.ts'

const FIXTURES = process.env.MERITORDER_FIXTURES ?? '../shared/fixtures'

/** The wire formats that replies were recorded in. */
export type Wire = 'chat' | 'responses' | 'messages' | 'gemini' | 'converse' | 'cohere'

/** A real reply of a real provider, as it was sent. */
export interface Recording {
  /** The provider: `groq`. */
  readonly folder: string
  /** `groq/groq-text.json`; `#2` for the second turn in one file. */
  readonly name: string
  readonly isWhole: boolean
  readonly wire: Wire
  /** The wire family that its host is spoken to in. */
  readonly family: WireFamily
  readonly status: number
  readonly contentType: string
  readonly bytes: Buffer
  /** The model was made to write JSON by a tool, because it knows no other way. */
  readonly jsonByTool: boolean
}

/** A recording that answers no conversation. */
export interface LeftOut {
  readonly folder: string
  readonly name: string
  readonly reason: string
}

/** All recordings, in the order of their names; none where the folder is absent. */
export function readRecordings(): { readonly recordings: Recording[]; readonly leftOut: LeftOut[] } {
  const recordings: Recording[] = []
  const leftOut: LeftOut[] = []
  for (const [folder, file] of files()) {
    const text = readFileSync(join(FIXTURES, folder, file), 'utf8')
    for (const [turn, lines] of turnsOf(text, file).entries()) {
      const name = `${folder}/${file}${turn === 0 ? '' : `#${turn + 1}`}`
      const found = recordingOf(folder, name, lines, file.endsWith('.json'))
      if (typeof found === 'string') leftOut.push({ folder, name, reason: found })
      else recordings.push(found)
    }
  }
  return { recordings, leftOut }
}

/** Why there is nothing to play, for a test that is skipped. */
export const WITHOUT_RECORDINGS = `no recorded replies in ${FIXTURES}: set MERITORDER_FIXTURES`

function files(): [folder: string, file: string][] {
  const sorted = (path: string) => {
    try {
      return readdirSync(path).sort()
    } catch {
      return []
    }
  }
  return sorted(FIXTURES).flatMap((folder) =>
    sorted(join(FIXTURES, folder))
      .filter((file) => /\.(json|chunks\.txt)$/.test(file))
      .map((file): [string, string] => [folder, file]),
  )
}

/** The data of each event, a whole reply being the only one. Answers of several calls were recorded one after the other. */
function turnsOf(text: string, file: string): string[][] {
  if (file.endsWith('.json')) return [[text]]
  const turns: string[][] = [[]]
  for (const line of text.split('\n').filter(Boolean)) {
    const turn = turns.at(-1)!
    const begins =
      line.startsWith('{"type":"response.created"') ||
      (line.startsWith('{"type":"message_start"') && turn.at(-1)?.startsWith('{"type":"message_stop"'))
    if (begins && turn.length > 0) turns.push([line])
    else turn.push(line)
  }
  return turns
}

type Event = Readonly<Record<string, unknown>>

function recordingOf(
  folder: string,
  name: string,
  lines: readonly string[],
  isWhole: boolean,
): Recording | string {
  const events = lines.filter((line) => line.trim() !== '').map((line): Event => JSON.parse(line))
  const [first] = events
  if (first === undefined) return 'the recording is empty'
  const wire = wireOf(first)
  if (wire === undefined) return whyNot(first, name)
  return {
    folder,
    name,
    isWhole,
    wire,
    family: familyOf(wire, folder),
    status: 'error' in first && !('object' in first) ? 429 : 200,
    contentType: isWhole
      ? 'application/json'
      : wire === 'converse'
        ? 'application/vnd.amazon.eventstream'
        : 'text/event-stream',
    bytes: isWhole ? Buffer.from(lines[0]!) : framed(wire, lines, events),
    jsonByTool: /json-(tool|only|with)/.test(name),
  }
}

function wireOf(first: Event): Wire | undefined {
  const { type, object, choices, candidates, output, message, finish_reason: ending, stopReason } = first
  // The one refusal that was recorded: a quota is exceeded.
  if (typeof first.error === 'object' && first.error !== null && object === undefined) return 'responses'
  if (object === 'response' || String(type).startsWith('response.')) return 'responses'
  if (Array.isArray(choices)) return 'chat'
  if (type === 'message_start' || type === 'message') return 'messages'
  if (Array.isArray(candidates)) return 'gemini'
  if (type === 'message-start' || (typeof message === 'object' && typeof ending === 'string')) return 'cohere'
  const isConverse = ['messageStart', 'contentBlockStart', 'contentBlockDelta'].some((key) => key in first)
  return isConverse || (typeof output === 'object' && typeof stopReason === 'string') ? 'converse' : undefined
}

function whyNot(first: Event, name: string): string {
  if ('event_type' in first || 'steps' in first || 'interaction' in first) return 'Google’s Interactions API'
  if ('results' in first) return 'a reranking'
  if ('embeddings' in first) return 'embeddings'
  if (String(first.type).startsWith('session.')) return 'the Realtime API'
  if (/transcription/.test(name)) return 'a transcription'
  if (/image-edit/.test(name)) return 'the Images API'
  if (/skill-create/.test(name)) return 'the Skills API'
  throw new Error(`${name} is in no wire format that is known here`)
}

function familyOf(wire: Wire, folder: string): WireFamily {
  switch (wire) {
    case 'chat':
      return folder === 'mistral' || folder === 'perplexity' || folder === 'azure'
        ? folder
        : 'openai-compatible'
    case 'responses':
      return 'openai-responses'
    case 'messages':
      return 'anthropic'
    case 'gemini':
      return 'google'
    case 'converse':
      return 'amazon-bedrock'
    case 'cohere':
      return 'cohere'
  }
}

/** The stream as its provider frames it: with names or without, with CRLF from Google, binary from Amazon. */
function framed(wire: Wire, lines: readonly string[], events: readonly Event[]): Buffer {
  if (wire === 'converse') return bedrockFramed(events)
  if (wire === 'chat')
    return Buffer.from(`${lines.map((line) => `data: ${line}\n\n`).join('')}data: [DONE]\n\n`)
  if (wire === 'gemini') return Buffer.from(lines.map((line) => `data: ${line}\r\n\r\n`).join(''))
  return Buffer.from(
    lines.map((line, at) => `event: ${String(events[at]?.type)}\ndata: ${line}\n\n`).join(''),
  )
}
