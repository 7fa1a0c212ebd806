import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { z } from 'zod'
import { MeritorderError } from '../errors.ts'

const ROW = z.object({
  id: z.string(),
  prompt: z.string(),
  /** Model → its answer, word for word. */
  responses: z.record(z.string(), z.string()),
  /** Model → how good the answer was (0..1), what it cost (USD) and its completion tokens, as far as recorded. */
  outcomes: z
    .record(
      z.string(),
      z.object({
        quality: z.number().min(0).max(1),
        cost: z.number().min(0).optional(),
        tokens: z.number().optional(),
      }),
    )
    .default({}),
})

/** One prompt with the real answers of several models. */
export type RecordedRow = Readonly<z.infer<typeof ROW>>

export interface Recording {
  readonly rows: readonly RecordedRow[]
  /** The models' names as the file writes them, sorted. */
  readonly models: readonly string[]
  /** The row whose prompt is this text, but for white space at its ends. */
  find(prompt: string): RecordedRow | undefined
}

/**
 * Reads a file of recorded answers: JSON Lines, plain or gzipped, one `{id, prompt, responses, outcomes}` a line.
 * Throws MeritorderError `not_found` when there is no such file, `unprocessable` with the line that is wrong.
 */
export async function readRecording(path: string): Promise<Recording> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new MeritorderError(
      'not_found',
      `cannot read the recording ${path}: name a file of recorded answers`,
      {
        cause,
      },
    )
  })
  const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8')
  const lines = text.split('\n').map((line, at) => ({ line, number: at + 1 }))
  return recordingOf(
    lines
      .filter(({ line }) => line.trim() !== '')
      .map(({ line, number }) => readRow(line, `${path}:${number}`)),
  )
}

/** A recording of these rows; of two rows with the same prompt the first is found. */
export function recordingOf(rows: readonly RecordedRow[]): Recording {
  const byPrompt = new Map(rows.toReversed().map((row) => [row.prompt.trim(), row]))
  return {
    rows,
    models: [...new Set(rows.flatMap((row) => Object.keys(row.responses)))].sort(),
    find: (prompt) => byPrompt.get(prompt.trim()),
  }
}

function readRow(line: string, place: string): RecordedRow {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (cause) {
    throw new MeritorderError('unprocessable', `${place} is not JSON: is the file cut off?`, { cause })
  }
  const row = ROW.safeParse(value)
  if (row.success) return row.data
  const expected = 'expected {id, prompt, responses: {MODEL: text}, outcomes: {MODEL: {quality, cost}}}'
  throw new MeritorderError('unprocessable', `${place}: ${z.prettifyError(row.error)}; ${expected}`)
}
