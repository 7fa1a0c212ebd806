import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { MeritorderError } from '../../errors.ts'
import { replaceFile, replaceFileWith } from '../../files/replace-file.ts'
import type { Importer, ImportKind, ImportLine, ImportOptions } from './importer.ts'
import { type LeftOut, leftOutList } from './left-out.ts'

/** What an import brought; its card, beside the lines. */
const CARD = z.object({
  id: z.string(),
  importer: z.string(),
  kind: z.enum(['outcomes', 'comparisons']),
  /** Names of the files that it read. */
  sources: z.array(z.string()),
  /** ISO 8601. */
  imported_at: z.string(),
  lines: z.number(),
  /** Sorted. */
  models: z.array(z.string()),
  left_out: z.array(z.object({ why: z.string(), lines: z.number(), where: z.array(z.string()) })),
})

export type ImportCard = z.output<typeof CARD>

export interface ImportWork {
  readonly importer: Importer
  readonly files: readonly string[]
  readonly options: ImportOptions
  /** Epoch ms. */
  readonly now: number
  /** Told now and then how many lines there have been. */
  readonly tell: (lines: number) => void
  /** Told of every line that is left out. */
  readonly tellLeftOut?: (why: string, where: string) => void
}

/** What an import has written. */
export interface Written {
  readonly lines: number
  readonly models: readonly string[]
  readonly leftOut: readonly LeftOut[]
}

/**
 * Writes what the files of another tool hold as lines of our own to a file, which is replaced as a whole or not at all.
 *
 * @throws MeritorderError `invalid_request` when a file cannot be read or nothing in them can be used
 */
export async function importTo(path: string, work: ImportWork): Promise<Written> {
  const { importer, files, options, tell, tellLeftOut } = work
  const leftOut = leftOutList(tellLeftOut)
  const models = new Set<string>()
  let lines = 0
  async function* written() {
    for await (const line of importer.lines(files, options, leftOut)) {
      for (const model of modelsOf(line)) models.add(model)
      if (models.size > MOST_MODELS) throw tooManyModels(importer, models)
      if (++lines % TELL_EVERY === 0) tell(lines)
      yield `${JSON.stringify(line)}\n`
    }
    if (lines === 0) throw nothing(importer, files, leftOut.all())
  }
  await replaceFileWith(path, written())
  return { lines, models: [...models].sort(), leftOut: leftOut.all() }
}

const TELL_EVERY = 10_000
/** Nobody compares more: then something else stands where models are expected. */
const MOST_MODELS = 10_000

function modelsOf(line: ImportLine): readonly string[] {
  return 'outcomes' in line ? Object.keys(line.outcomes) : [line.model_a, line.model_b]
}

/**
 * Keeps an import in the data folder, for `leaderboard` and `train`. The same files with the same options have the same id
 * and are imported once. The card is written last: what a killed import left behind is no import, and one that comes
 * later takes it away.
 *
 * @returns the card, and whether it was there already
 * @throws as `importTo`
 */
export async function keepImport(
  dataFolder: string,
  work: ImportWork,
): Promise<{ card: ImportCard; again: boolean }> {
  const id = await idOf(work)
  const known = readCard(cardPath(dataFolder, id))
  if (known !== undefined) return { card: known, again: true }
  removeLeftovers(dataFolder, work.now)
  const { name: importer, kind } = work.importer
  const { lines, models, leftOut } = await importTo(linesPath(dataFolder, id, kind), work)
  const card: ImportCard = {
    ...{ id, importer, kind },
    sources: work.files.map((file) => basename(file)),
    imported_at: new Date(work.now).toISOString(),
    ...{ lines, models: [...models] },
    left_out: leftOut.map(({ why, lines: count, where }) => ({ why, lines: count, where: [...where] })),
  }
  replaceFile(cardPath(dataFolder, id), `${JSON.stringify(card, null, 2)}\n`)
  return { card, again: false }
}

/** An import that runs writes all the time. */
const STALE_MS = 3_600_000

/** Files that killed imports had begun. */
function removeLeftovers(dataFolder: string, now: number): void {
  const folder = importsFolder(dataFolder)
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now
    if (name.endsWith('.tmp') && now - written > STALE_MS) rmSync(path, { force: true })
  }
}

/** The imports that are kept, the oldest first. */
export function keptImports(dataFolder: string): readonly ImportCard[] {
  const folder = importsFolder(dataFolder)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => readCard(join(folder, name)) ?? [])
    .sort((a, b) => a.imported_at.localeCompare(b.imported_at) || a.id.localeCompare(b.id))
}

/** The files of lines of one kind that imports have brought, the oldest first. */
export function importedFiles(dataFolder: string, kind: ImportKind): readonly string[] {
  return keptImports(dataFolder).flatMap((card) =>
    card.kind === kind ? [linesPath(dataFolder, card.id, kind)] : [],
  )
}

/** Takes an import back. @throws MeritorderError `not_found` naming those there are */
export function undoImport(dataFolder: string, id: string): ImportCard {
  const card = readCard(cardPath(dataFolder, id))
  if (card === undefined || card.id !== id) throw unknown(dataFolder, id)
  // The card first: without it nothing reads the lines.
  rmSync(cardPath(dataFolder, id))
  rmSync(linesPath(dataFolder, id, card.kind), { force: true })
  return card
}

function importsFolder(dataFolder: string): string {
  return join(dataFolder, 'imports')
}

function cardPath(dataFolder: string, id: string): string {
  return join(importsFolder(dataFolder), `${basename(id)}.json`)
}

function linesPath(dataFolder: string, id: string, kind: ImportKind): string {
  return join(importsFolder(dataFolder), `${basename(id)}.${kind}.jsonl.gz`)
}

function readCard(path: string): ImportCard | undefined {
  if (!existsSync(path)) return undefined
  try {
    return CARD.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return undefined
  }
}

/** By what is imported and how: the bytes of the files, not their names. */
async function idOf({ importer, files, options }: ImportWork): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([importer.name, options]))
  for (const file of files) {
    const own = createHash('sha256')
    try {
      await pipeline(createReadStream(file), own)
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new MeritorderError('invalid_request', `${file} cannot be read: ${why}.`, {
        limit: 'data',
        cause,
      })
    }
    hash.update(own.digest())
  }
  return hash.digest('hex').slice(0, 12)
}

function nothing({ name }: Importer, files: readonly string[], leftOut: readonly LeftOut[]): MeritorderError {
  const [first] = leftOut
  const most = first === undefined ? 'There is no line' : `Most often a line ${first.why} (${first.where[0]})`
  return new MeritorderError(
    'invalid_request',
    `Nothing in ${files.join(', ')} can be used as ${name}. ${most}; see docs/import.md.`,
    { limit: 'data' },
  )
}

function tooManyModels({ name }: Importer, models: ReadonlySet<string>): MeritorderError {
  const some = [...models].slice(0, 3).map((model) => model.slice(0, 100))
  return new MeritorderError(
    'invalid_request',
    `As ${name} this would be about more than ${MOST_MODELS.toLocaleString('en')} models, such as ${some.join(', ')}: is it a file of this kind? See docs/import.md.`,
    { limit: 'data' },
  )
}

function unknown(dataFolder: string, id: string): MeritorderError {
  const known = keptImports(dataFolder).map((card) => card.id)
  const there = known.length === 0 ? 'nothing is imported' : `there are ${known.join(', ')}`
  return new MeritorderError('not_found', `There is no import ${id}; ${there}.`)
}
