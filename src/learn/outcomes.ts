import { constants } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { MeritorderError } from '../errors.ts'
import { isObject } from '../json/is-object.ts'
import type { OutsideVectors } from '../understand/embedder.ts'
import { type PromptText, promptText } from '../understand/text.ts'

/**
 * How several models did on the same prompts: the neutral outcomes format, laid out. The cell of prompt i and model m
 * is at `i × models.length + m`; NaN where nothing is known.
 */
export interface Outcomes {
  /** Sorted by name, so that the order of a file's lines does not matter. */
  readonly models: readonly string[]
  readonly ids: readonly string[]
  /** In full: what makes two prompts the same. */
  readonly prompts: readonly string[]
  /** As a call with this prompt would be read. */
  readonly texts: readonly PromptText[]
  /** Whose vectors the texts carry, if any. */
  readonly outside?: OutsideVectors
  /** The file's own label of each prompt: for splits, for the task oracle, and to learn from; not looked at when one is judged. */
  readonly tasks: readonly (string | undefined)[]
  /** 0..1 */
  readonly quality: Float64Array
  /** USD */
  readonly costUsd: Float64Array
  /** Completion tokens of the answer. */
  readonly tokens: Float64Array
}

/** Larger files are refused: V8 has no longer text. */
const MAX_BYTES = constants.MAX_STRING_LENGTH
/** Prompts × models, three numbers each: a file in which everything is a model's name is refused before it takes the memory. */
const MOST_CELLS = 40_000_000

/**
 * Reads a file of outcomes, one prompt a line: `{"id", "task"?, "prompt" | "messages", "outcomes": {MODEL: {"quality":
 * 0..1, "cost"?: USD}}}`; `.gz` is unpacked.
 * An id may come back: benchmarks are stitched together from several runs.
 * @throws MeritorderError `invalid_request` naming file and line of what is not that, or when it is too large
 */
export function readOutcomes(path: string): Outcomes {
  const lines = readText(path).split('\n')
  const rows = lines.flatMap((line, at) => {
    const where = `${path}:${at + 1}`
    return line.trim() === '' ? [] : [readRow(parse(line, where), where)]
  })
  if (rows.length === 0) throw refuse(path, 'holds no prompt', 'Each line is one prompt with its outcomes.')
  return layOut(rows)
}

/**
 * The same from lines that were parsed already.
 *
 * @param origin where they come from, for the error
 * @throws MeritorderError as `readOutcomes`
 */
export function outcomesOf(lines: readonly object[], origin: string): Outcomes {
  return layOut(
    lines.map((line, at) => readRow(line as Readonly<Record<string, unknown>>, `${origin}:${at + 1}`)),
  )
}

/**
 * Several sets of outcomes below each other, over the models of all.
 *
 * @throws MeritorderError `invalid_request` when they are too many
 */
export function uniteOutcomes(parts: readonly Outcomes[]): Outcomes {
  const models = [...new Set(parts.flatMap((part) => part.models))].sort()
  refuseLarge(
    parts.reduce((sum, { ids }) => sum + ids.length, 0),
    models.length,
  )
  const spread = (of: 'quality' | 'costUsd' | 'tokens') => {
    const cells = new Float64Array(models.length * parts.reduce((sum, { ids }) => sum + ids.length, 0))
    cells.fill(Number.NaN)
    let row = 0
    for (const part of parts) {
      const columns = part.models.map((model) => models.indexOf(model))
      for (let i = 0; i < part.ids.length; i++, row++)
        for (const [m, column] of columns.entries())
          cells[row * models.length + column] = part[of][i * columns.length + m]!
    }
    return cells
  }
  return {
    models,
    ids: parts.flatMap(({ ids }) => ids),
    prompts: parts.flatMap(({ prompts }) => prompts),
    texts: parts.flatMap(({ texts }) => texts),
    tasks: parts.flatMap(({ tasks }) => tasks),
    quality: spread('quality'),
    costUsd: spread('costUsd'),
    tokens: spread('tokens'),
  }
}

/** The same with these models too, of which nothing is known. @throws MeritorderError as `uniteOutcomes` */
export function withModels(outcomes: Outcomes, models: readonly string[]): Outcomes {
  if (models.length === 0) return outcomes
  const empty = layOut([])
  return {
    ...uniteOutcomes([outcomes, { ...empty, models }]),
    ...(outcomes.outside && { outside: outcomes.outside }),
  }
}

function layOut(rows: readonly OutcomeRow[]): Outcomes {
  const models = [...new Set(rows.flatMap(({ outcomes }) => outcomes.map(({ model }) => model)))].sort()
  refuseLarge(rows.length, models.length)
  const column = new Map(models.map((model, m) => [model, m]))
  const quality = new Float64Array(rows.length * models.length).fill(Number.NaN)
  const costUsd = new Float64Array(rows.length * models.length).fill(Number.NaN)
  const tokens = new Float64Array(rows.length * models.length).fill(Number.NaN)
  for (const [i, row] of rows.entries())
    for (const outcome of row.outcomes) {
      const cell = i * models.length + column.get(outcome.model)!
      quality[cell] = outcome.quality
      costUsd[cell] = outcome.costUsd
      tokens[cell] = outcome.tokens
    }
  return {
    models,
    ids: rows.map(({ id }) => id),
    prompts: rows.map(({ prompt }) => prompt),
    texts: rows.map(({ text }) => text),
    tasks: rows.map(({ task }) => task),
    quality,
    costUsd,
    tokens,
  }
}

function refuseLarge(prompts: number, models: number): void {
  if (prompts * models <= MOST_CELLS) return
  throw refuse(
    `${prompts.toLocaleString('en')} prompts with outcomes of ${models.toLocaleString('en')} models`,
    'are more than memory is meant to hold',
    `${MOST_CELLS / 1e6} million of prompts × models are the most; are all of these models?`,
  )
}

interface OutcomeRow {
  readonly id: string
  readonly task: string | undefined
  readonly prompt: string
  readonly text: PromptText
  readonly outcomes: readonly OutcomeCell[]
}

/** NaN stands for what the file does not say. */
interface OutcomeCell {
  readonly model: string
  readonly quality: number
  readonly costUsd: number
  readonly tokens: number
}

function readText(path: string): string {
  try {
    const bytes = readFileSync(path)
    const text = path.endsWith('.gz') ? gunzipSync(bytes, { maxOutputLength: MAX_BYTES }) : bytes
    return text.toString('utf8')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw refuse(
      path,
      `cannot be read: ${why}`,
      'Name a .jsonl or .jsonl.gz file of at most 512 MB, unpacked.',
    )
  }
}

function readRow(row: Readonly<Record<string, unknown>>, where: string): OutcomeRow {
  const prompt = promptOf(row)
  if (prompt === undefined) throw refuse(where, 'has neither a "prompt" nor "messages" with text')
  if (typeof row.id !== 'string' || row.id === '') throw refuse(where, 'has no "id"')
  if (!isObject(row.outcomes)) throw refuse(where, 'has no "outcomes" object')
  const outcomes = Object.entries(row.outcomes).map(([model, outcome]): OutcomeCell => {
    if (!isObject(outcome)) throw refuse(where, `has no outcome object for ${model}`)
    const { quality } = outcome
    if (typeof quality !== 'number' || !(quality >= 0 && quality <= 1))
      throw refuse(
        where,
        `says quality ${JSON.stringify(quality)} for ${model}`,
        'Qualities are numbers from 0 to 1.',
      )
    return {
      model,
      quality,
      costUsd: amount(outcome, 'cost', model, where, 'Costs are USD, 0 or more.'),
      tokens: amount(outcome, 'tokens', model, where, 'Tokens are a number, 0 or more.'),
    }
  })
  if (outcomes.length === 0) throw refuse(where, 'has no outcome of any model')
  const text = promptText(
    Array.isArray(row.messages) ? row : { messages: [{ role: 'user', content: prompt }] },
  )
  return { id: row.id, task: typeof row.task === 'string' ? row.task : undefined, prompt, text, outcomes }
}

/** A number of 0 or more; NaN where there is none. */
function amount(
  outcome: Readonly<Record<string, unknown>>,
  field: string,
  model: string,
  where: string,
  advice: string,
): number {
  const value = outcome[field]
  if (value === undefined || value === null) return Number.NaN
  if (typeof value === 'number' && value >= 0 && Number.isFinite(value)) return value
  throw refuse(where, `says ${field} ${JSON.stringify(value)} for ${model}`, advice)
}

function parse(line: string, where: string): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    throw refuse(where, 'is no JSON')
  }
  if (!isObject(value)) throw refuse(where, 'is no JSON object')
  return value
}

/** The prompt, or the text of the messages joined by line breaks; undefined where there is none. */
export function promptOf({ prompt, messages }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof prompt === 'string') return prompt
  if (!Array.isArray(messages)) return undefined
  const texts = messages.flatMap((message: unknown) => (isObject(message) ? textsOf(message.content) : []))
  return texts.length === 0 ? undefined : texts.join('\n')
}

/** Of a content that is a text, or that is made of parts some of which are texts. */
function textsOf(content: unknown): string[] {
  if (typeof content === 'string') return [content]
  if (!Array.isArray(content)) return []
  return content.flatMap((part: unknown) =>
    isObject(part) && typeof part.text === 'string' ? [part.text] : [],
  )
}

function refuse(
  where: string,
  what: string,
  advice = 'See docs/outcomes.md for the format.',
): MeritorderError {
  return new MeritorderError('invalid_request', `${where} ${what}. ${advice}`, { limit: 'data' })
}
