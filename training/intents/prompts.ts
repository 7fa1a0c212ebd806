import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { INTENTS, type IntentName } from '../../src/understand/intent-names.ts'

/** A prompt and what it asks for. */
export interface LabelledPrompt {
  readonly prompt: string
  readonly intent: IntentName
  /** ISO 639-1 where the writer noted it (prompts that are not English). */
  readonly language?: string
}

/** Scenario names of the public file that are called otherwise here. */
const ALIASES: Readonly<Record<string, IntentName>> = { post_summarization: 'text_summarization' }

/**
 * Our own prompts, in a fixed order: one file per intent, `<intent>.jsonl`, one `{"prompt", "language"?}` a line, and
 * one per language for short everyday prompts, `languages/<language>.jsonl`, one `{"prompt", "intent"}` a line.
 * @throws Error naming file and line of what is not a prompt, and files that are no intent's.
 */
export function readOwnPrompts(folder: string): readonly LabelledPrompt[] {
  const files = jsonLines(folder)
  const foreign = files.find((name) => !isIntent(name.slice(0, -SUFFIX.length)))
  if (foreign !== undefined) throw new Error(`${join(folder, foreign)} is named for no intent we know`)
  const byIntent = INTENTS.filter((intent) => files.includes(intent + SUFFIX)).flatMap((intent) =>
    readLines(join(folder, intent + SUFFIX), (row) => ({ ...promptOf(row), intent })),
  )
  const languages = join(folder, 'languages')
  const byLanguage = jsonLines(languages).flatMap((name) =>
    readLines(join(languages, name), (row) => {
      const { prompt } = promptOf(row)
      if (typeof row.intent !== 'string' || !isIntent(row.intent))
        throw new Error('there is no "intent" we know')
      return { prompt, intent: row.intent, language: name.slice(0, -SUFFIX.length) }
    }),
  )
  return [...byIntent, ...byLanguage]
}

const SUFFIX = '.jsonl'

function jsonLines(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith(SUFFIX))
    .sort()
}

/**
 * The public labelled prompts (`{"id", "prompt", "intent"}` a line, gzipped), for evaluation only: what states no
 * licence is never fitted into anything that is shipped. Labels that are no intent count as `default`.
 */
export function readPublicPrompts(file: string): readonly LabelledPrompt[] {
  return readLines(file, (row) => {
    const label = typeof row.intent === 'string' ? row.intent : ''
    const intent = ALIASES[label] ?? (isIntent(label) ? label : 'default')
    return { ...promptOf(row), intent }
  })
}

function readLines<T>(file: string, read: (row: Readonly<Record<string, unknown>>) => T): readonly T[] {
  const bytes = readFileSync(file)
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  return text.split('\n').flatMap((line, at) => {
    if (line.trim() === '') return []
    try {
      return [read(JSON.parse(line))]
    } catch (cause) {
      throw new Error(`${file}:${at + 1}: ${cause instanceof Error ? cause.message : cause}`, { cause })
    }
  })
}

function promptOf(row: Readonly<Record<string, unknown>>): { prompt: string; language?: string } {
  const { prompt, language } = row
  if (typeof prompt !== 'string' || prompt.trim() === '') throw new Error('there is no "prompt" string')
  return typeof language === 'string' ? { prompt, language } : { prompt }
}

function isIntent(name: string): name is IntentName {
  return (INTENTS as readonly string[]).includes(name)
}
