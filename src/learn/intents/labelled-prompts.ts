import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { INTENTS, type IntentName } from '../../understand/intent-names.ts'
import { invalidFile, promptOf, type Row, readRows, readTextFile } from './prompt-file.ts'

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
/** The prompts written for Meritorder: `training/` of the package, beside `src` or `dist`. */
const OUR_FOLDER = fileURLToPath(new URL('../../../training/prompts/', import.meta.url))

/** The prompts that the shipped classifier is fitted on. Throws as `readPromptFolder` does. */
export function readOurPrompts(): readonly LabelledPrompt[] {
  return readPromptFolder(OUR_FOLDER)
}

/**
 * Labelled prompts of anybody: one `{"id", "prompt", "intent"}` a line, plain or gzipped.
 * @throws MeritorderError `not_found` when the file cannot be read, `invalid_request` naming file and line of what is
 * no JSON object, has no prompt or an intent that is not one of INTENTS, and when there is no prompt at all.
 */
export function readLabelledPrompts(file: string): readonly LabelledPrompt[] {
  const prompts = readLines(file, (row) => ({ prompt: promptOf(row), intent: intentOf(row) }))
  if (prompts.length === 0) throw invalidFile(`${file} holds no prompts.`)
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
  if (foreign !== undefined) throw invalidFile(`${join(folder, foreign)} is named for no intent we know.`)
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

/** Rows that say their intent, or, in a file that is named for it, only the prompt. */
const SHAPE = '{"prompt": "…", "intent": "…"}'

function readLines<T>(file: string, read: (row: Row) => T): readonly T[] {
  return readRows(readTextFile(file), file, SHAPE, read)
}

function jsonLines(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith(SUFFIX))
    .sort()
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
