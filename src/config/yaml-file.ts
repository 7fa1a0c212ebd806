import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { LineCounter, parseDocument, type Document as YamlDocument } from 'yaml'
import { MeritorderError } from '../errors.ts'
import { type Fault, locate, type Problem } from './problem.ts'

const MAX_BYTES = 1_048_576
const MAX_ALIASES = 100
const MAX_PROBLEMS = 20

export interface YamlFile {
  readonly value: unknown
  /** The error for faults in the values: each with its line and column in this file. */
  readonly refuse: (faults: readonly Fault[]) => MeritorderError
}

/**
 * Reads a YAML file of at most 1 MiB. Throws MeritorderError `invalid_request` with line and column when it is
 * not YAML, repeats a key, or unfolds its aliases into more than 100 copies.
 */
export function readYamlFile(path: string): YamlFile {
  const lines = new LineCounter()
  const document = parse(path, readText(path), lines)
  const broken = [...document.errors, ...document.warnings].map(({ pos, message }): Problem => {
    const { line, col } = lines.linePos(pos[0])
    return { line, column: col, key: '', message }
  })
  if (broken.length > 0) throw configError(path, broken)
  return {
    value: unfold(path, document),
    refuse: (faults) =>
      configError(
        path,
        faults.map((fault) => locate(document, lines, fault)),
      ),
  }
}

function readText(path: string): string {
  try {
    const { size } = statSync(path)
    if (size > MAX_BYTES) throw unreadable(path, `it has ${size} bytes; at most ${MAX_BYTES} are read`)
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof MeritorderError) throw error
    throw unreadable(path, error instanceof Error ? error.message : String(error), error)
  }
}

function parse(path: string, text: string, lines: LineCounter): YamlDocument {
  try {
    return parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' })
  } catch (error) {
    throw unreadable(path, 'it is nested too deeply to be a configuration', error)
  }
}

function unfold(path: string, document: YamlDocument): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES })
  } catch (error) {
    throw unreadable(path, error instanceof Error ? error.message : String(error), error)
  }
}

function unreadable(path: string, why: string, cause?: unknown): MeritorderError {
  return new MeritorderError('invalid_request', `cannot read the configuration ${path}: ${why}`, {
    metadata: { file: path, problems: [] },
    cause,
  })
}

function configError(path: string, problems: readonly Problem[]): MeritorderError {
  const sorted = problems.toSorted((a, b) => a.line - b.line || a.column - b.column)
  const shown = sorted.slice(0, MAX_PROBLEMS)
  const file = basename(path)
  const rows = shown.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`)
  if (sorted.length > shown.length) rows.push(`… and ${sorted.length - shown.length} more`)
  const limit = shown[0]?.key
  return new MeritorderError('invalid_request', rows.join('\n'), {
    ...(limit === undefined || limit === '' ? {} : { limit }),
    metadata: { file: path, problems: shown },
  })
}
