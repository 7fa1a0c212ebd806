import { basename } from 'node:path'
import type { Readable } from 'node:stream'
import { MeritorderError } from '../../errors.ts'
import { fileBytes } from './file-bytes.ts'

/** One line of a file of JSON objects. */
export interface JsonLine {
  /** `points.jsonl:12` */
  readonly where: string
  /** undefined where the line is no JSON object. */
  readonly value: Readonly<Record<string, unknown>> | undefined
}

/** Characters; a longer line is no line of such a file. */
const LONGEST_LINE = 64 * 1024 * 1024

/**
 * Reads a JSON Lines file line by line, so that it may be larger than the memory; `.gz` is unpacked and empty lines are
 * passed over.
 *
 * @throws MeritorderError `invalid_request` when the file cannot be read
 */
export async function* jsonLines(path: string): AsyncGenerator<JsonLine> {
  let number = 0
  try {
    for await (const line of linesOf(fileBytes(path))) {
      number++
      if (line.trim() !== '') yield { where: `${basename(path)}:${number}`, value: parsed(line) }
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new MeritorderError(
      'invalid_request',
      `${path} cannot be read: ${why}. Name a .jsonl or .jsonl.gz file.`,
      { limit: 'data', cause },
    )
  }
}

async function* linesOf(bytes: Readable): AsyncGenerator<string> {
  let begun = ''
  for await (const piece of bytes.setEncoding('utf8')) {
    const [first = '', ...others] = String(piece).split('\n')
    begun += first
    if (begun.length > LONGEST_LINE) throw new Error('a line is longer than 64 MB')
    for (const next of others) {
      yield begun
      begun = next
    }
  }
  yield begun
}

function parsed(line: string): JsonLine['value'] {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}
