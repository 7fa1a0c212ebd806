import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { MeritorderError } from '../../errors.ts'

/** One line of a file of JSON lines. */
export type Row = Readonly<Record<string, unknown>>

/**
 * The text of a file of prompts, plain or gzipped.
 * @throws MeritorderError `not_found` when it cannot be read, `invalid_request` when it is no UTF-8 text.
 */
export function readTextFile(file: string): string {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(file)
  } catch (cause) {
    throw new MeritorderError(
      'not_found',
      `${file} cannot be read: ${cause instanceof Error ? cause.message : cause}. Name a file of prompts.`,
      { cause },
    )
  }
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(isGzip ? gunzipSync(bytes) : bytes)
  } catch (cause) {
    throw invalidFile(`${file} is neither UTF-8 text nor gzipped UTF-8 text, or it is cut short.`, cause)
  }
}

/**
 * Reads JSON lines; empty ones are skipped.
 *
 * @param file named in errors
 * @param shape of a line, told in errors
 * @param read what to take from a line; what it throws is told with file and line
 * @throws MeritorderError `invalid_request` naming file and line
 */
export function readRows<T>(text: string, file: string, shape: string, read: (row: Row) => T): readonly T[] {
  return text.split('\n').flatMap((line, at) => {
    if (line.trim() === '') return []
    try {
      return [read(rowOf(line, shape))]
    } catch (cause) {
      throw invalidFile(`${file}:${at + 1}: ${cause instanceof Error ? cause.message : cause}`, cause)
    }
  })
}

/** The prompt of a line. Throws when it has none. */
export function promptOf({ prompt }: Row): string {
  if (typeof prompt !== 'string' || prompt.trim() === '') {
    throw new Error('there is no "prompt", a string that is not empty.')
  }
  return prompt
}

/** What is thrown for a file that does not hold what it should. */
export function invalidFile(message: string, cause?: unknown): MeritorderError {
  return new MeritorderError('invalid_request', message, { cause })
}

function rowOf(line: string, shape: string): Row {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    throw new Error(`this line is no JSON. Each line must be ${shape}.`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`this line is no JSON object. Each line must be ${shape}.`)
  }
  return value as Row
}
