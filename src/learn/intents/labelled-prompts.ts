import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { MeritorderError } from '../../errors.ts'
import { INTENTS, type IntentName } from '../../understand/intent-names.ts'

/** A prompt and what it asks for. */
export interface LabelledPrompt {
  readonly prompt: string
  readonly intent: IntentName
  /** ISO 639-1 where the writer noted it (prompts that are not English). */
  readonly language?: string
  /** How much it counts in fitting; 1 where it is absent. */
  readonly weight?: number
}

/** What Auto-J's files call otherwise. */
const ALIASES: ReadonlyMap<string, IntentName> = new Map([['post_summarization', 'text_summarization']])
const SUFFIX = '.jsonl'

/**
 * Labelled prompts of anybody: one `{"id", "prompt", "intent"}` a line, plain or gzipped.
 * @throws MeritorderError `not_found` when the file cannot be read, `invalid_request` naming file and line of what is
 * no JSON object, has no prompt or an intent that is not one of INTENTS, and when there is no prompt at all.
 */
export function readLabelledPrompts(file: string): readonly LabelledPrompt[] {
  const prompts = readLines(file, (row) => ({ prompt: promptOf(row), intent: intentOf(row) }))
  if (prompts.length === 0) throw invalid(`${file} holds no prompts.`)
  return prompts
}

/**
 * A folder of prompts in a fixed order: one file per intent, `<intent>.jsonl`, one `{"prompt", "language"?}` a line,
 * and one per language for short everyday prompts, `languages/<language>.jsonl`, one `{"prompt", "intent"}` a line.
 * @throws MeritorderError as `readLabelledPrompts` does, and naming files that are no intent's.
 */
export function readPromptFolder(folder: string): readonly LabelledPrompt[] {
  const files = jsonLines(folder)
  const foreign = files.find((name) => !isIntent(name.slice(0, -SUFFIX.length)))
  if (foreign !== undefined) throw invalid(`${join(folder, foreign)} is named for no intent we know.`)
  const byIntent = INTENTS.filter((intent) => files.includes(intent + SUFFIX)).flatMap((intent) =>
    readLines(join(folder, intent + SUFFIX), (row) => ({
      prompt: promptOf(row),
      intent,
      ...(typeof row.language === 'string' && { language: row.language }),
    })),
  )
  const languages = join(folder, 'languages')
  const byLanguage = jsonLines(languages).flatMap((name) =>
    readLines(join(languages, name), (row) => ({
      prompt: promptOf(row),
      intent: intentOf(row),
      language: name.slice(0, -SUFFIX.length),
    })),
  )
  return [...byIntent, ...byLanguage]
}

type Row = Readonly<Record<string, unknown>>

function jsonLines(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith(SUFFIX))
    .sort()
}

function readLines<T>(file: string, read: (row: Row) => T): readonly T[] {
  return textOf(file)
    .split('\n')
    .flatMap((line, at) => {
      if (line.trim() === '') return []
      try {
        return [read(rowOf(line))]
      } catch (cause) {
        throw invalid(`${file}:${at + 1}: ${cause instanceof Error ? cause.message : cause}`, cause)
      }
    })
}

function textOf(file: string): string {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(file)
  } catch (cause) {
    throw new MeritorderError(
      'not_found',
      `${file} cannot be read: ${cause instanceof Error ? cause.message : cause}. Name a file of labelled prompts.`,
      { cause },
    )
  }
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(isGzip ? gunzipSync(bytes) : bytes)
  } catch (cause) {
    throw invalid(`${file} is neither UTF-8 text nor gzipped UTF-8 text, or it is cut short.`, cause)
  }
}

function rowOf(line: string): Row {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    throw new Error('this line is no JSON. Each line must be {"prompt": "…", "intent": "…"}.')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error('this line is no JSON object. Each line must be {"prompt": "…", "intent": "…"}.')
  }
  return value as Row
}

function promptOf({ prompt }: Row): string {
  if (typeof prompt !== 'string' || prompt.trim() === '') {
    throw new Error('there is no "prompt", a string that is not empty.')
  }
  return prompt
}

function intentOf({ intent }: Row): IntentName {
  if (typeof intent !== 'string') throw new Error('there is no "intent", the name of one.')
  const name = ALIASES.get(intent) ?? intent
  if (isIntent(name)) return name
  throw new Error(
    `"${intent}" is no intent we know; say default for a prompt that fits none. The names: ${INTENTS.join(', ')}.`,
  )
}

function isIntent(name: string): name is IntentName {
  return (INTENTS as readonly string[]).includes(name)
}

function invalid(message: string, cause?: unknown): MeritorderError {
  return new MeritorderError('invalid_request', message, { cause })
}
