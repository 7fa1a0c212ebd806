import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { z } from 'zod'
import { comparisonJson } from '../compare/comparison-json.ts'
import type { Config } from '../config/schema.ts'
import { MeritorderError } from '../errors.ts'
import { climateJson, readClimateQuery } from '../explain/climate.ts'
import { forgottenJson } from '../explain/forgotten-json.ts'
import { readFilters } from '../explain/generation-filters.ts'
import { generationPage, ratedStory } from '../explain/generation-story.ts'
import type { AddRows } from '../files/parquet-file.ts'
import { isObject } from '../json/is-object.ts'
import type { JsonLine } from '../learn/import/json-lines.ts'
import type { GenerationQuery } from '../record/generation-query.ts'
import { openRecorder, type Recorder } from '../record/recorder.ts'
import { createLog } from '../telemetry/log.ts'
import type { CommonOptions } from './command.ts'
import { addExported, addStories } from './generation-columns.ts'
import { configFor } from './load-market.ts'
import { askGateway, gatewayHealth, gatewayUrl } from './running-gateway.ts'

/** Where to find records. */
export interface RecordsOptions extends CommonOptions {
  readonly key?: string
  readonly url?: string
}

/** Adds these options to a command. */
export function withGateway(one: Command): Command {
  return one
    .option('--url <address>', 'a running gateway (default: where the configuration says)')
    .addOption(new Option('--key <key>', 'client key, where the gateway wants one').env('MERITORDER_API_KEY'))
}

const listReply = z.object({ data: z.array(z.unknown()), next: z.string().nullable() })
const oneReply = z.object({ data: z.unknown() })

export type StoryPage = z.infer<typeof listReply>

/** A page of stories; `query` is that of `GET /v1/generations`. @throws MeritorderError as that does */
export function listStories(query: URLSearchParams, options: RecordsOptions): Promise<StoryPage> {
  return fromRecords(options, (records) => records.list(query))
}

/** The story of one call. @throws MeritorderError `not_found` */
export async function findStory(id: string, options: RecordsOptions): Promise<unknown> {
  const story = await fromRecords(options, (records) => records.find(id))
  if (story !== undefined) return story
  throw new MeritorderError(
    'not_found',
    `no generation ${id} is recorded here; list them: meritorder generations`,
  )
}

/** What the recorded calls have emitted; `query` is that of `GET /v1/climate`. @throws MeritorderError as that does */
export function climateSums(query: URLSearchParams, options: RecordsOptions): Promise<unknown> {
  return fromRecords(options, (records) => records.climate(query))
}

/** Deletes everything of a user: of all callers in a folder at rest, of those that the key may see in a running gateway. */
export function forgetUserIn(user: string, options: RecordsOptions): Promise<unknown> {
  return fromRecords(options, (records) => records.forget(user))
}

/** Every whole story that `query` names, newest first, a page at a time: memory holds one page. @throws as `listStories` */
export async function* storyPages(
  query: URLSearchParams,
  options: RecordsOptions,
): AsyncGenerator<readonly unknown[]> {
  yield* pagesOf(options, (records, before) => records.whole(query, before))
}

/** Those stories as rows of Parquet (`GENERATION_COLUMNS`). @throws as `listStories` */
export async function* rowPages(query: URLSearchParams, options: RecordsOptions): AsyncGenerator<AddRows> {
  yield* pagesOf(options, (records, before) => records.rows(query, before))
}

interface Page<T> {
  readonly data: T
  readonly next: string | null
}

async function* pagesOf<T>(
  options: RecordsOptions,
  read: (records: Records, before: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<T> {
  const records = await openRecords(options)
  try {
    let page = read(records, undefined)
    for (;;) {
      const { data, next } = await page
      // The next page is read while this one is used.
      if (next !== null) {
        page = read(records, next)
        // Its failure is met where it is awaited; whoever stops before never asks.
        page.catch(() => {})
      }
      yield data
      if (next === null) return
    }
  } finally {
    await records.close()
  }
}

/** Recorded comparisons, newest first, as lines of a file of comparisons (docs/leaderboards.md). @throws as `listStories` */
export async function* comparisonLines(options: RecordsOptions): AsyncGenerator<JsonLine> {
  const records = await openRecords(options)
  try {
    for (let before: string | null | undefined; before !== null; ) {
      const { data, next } = await records.comparisons(before)
      for (const value of data) yield { where: 'record', value: isObject(value) ? value : undefined }
      before = next
    }
  } finally {
    await records.close()
  }
}

/** Comparisons asked for at once. */
const COMPARISONS = 1_000

/** The stories of all pages one by one; `tell` hears after each page how many there have been. */
export async function* told<T>(
  pages: AsyncIterable<readonly T[]>,
  tell: (stories: number) => void,
): AsyncGenerator<T> {
  let read = 0
  for await (const page of pages) {
    yield* page
    read += page.length
    tell(read)
  }
}

/** The id of a story, for pointing at it. */
export function storyId(story: unknown): string {
  return typeof story === 'object' && story !== null && 'id' in story ? String(story.id) : '?'
}

/** Whole calls that a running gateway is asked for at once: while it writes them as JSON, its callers wait. */
const PAGE_OF_GATEWAY = 100
/** And a folder at rest, where each page costs the same queries. */
const PAGE_AT_REST = 2_000

/** The three places that records can be in: a gateway that runs, a data folder at rest, nowhere yet. */
interface Records {
  list(query: URLSearchParams): Promise<StoryPage>
  /** A page of whole calls, the newest of those before one of this id. */
  whole(query: URLSearchParams, before: string | undefined): Promise<StoryPage>
  /** The same as rows of Parquet. */
  rows(query: URLSearchParams, before: string | undefined): Promise<Page<AddRows>>
  find(id: string): Promise<unknown>
  climate(query: URLSearchParams): Promise<unknown>
  forget(user: string): Promise<unknown>
  comparisons(before: string | undefined): Promise<StoryPage>
  close(): Promise<void>
}

async function fromRecords<T>(options: RecordsOptions, ask: (records: Records) => Promise<T>): Promise<T> {
  const records = await openRecords(options)
  try {
    return await ask(records)
  } finally {
    await records.close()
  }
}

/** The embedded database admits one opener, so a running gateway is asked, and only without one the folder is opened. */
async function openRecords(options: RecordsOptions): Promise<Records> {
  const { config } = configFor(options)
  const url = options.url?.replace(/\/+$/, '') ?? gatewayUrl(config.server)
  if ((await gatewayHealth(url)) !== undefined) return ofGateway(url, options.key)
  if (options.url !== undefined) throw new MeritorderError('not_found', `no gateway answers at ${url}`)
  // A folder may hold keys or predictors and no record yet; looking is no reason to make a database.
  const journal = join(config.record.data_folder, 'journal')
  if (config.record.database_url === undefined && !existsSync(journal)) return NOWHERE
  try {
    return atRest(await openRecorderOf(config))
  } catch (error) {
    throw isLocked(error)
      ? new MeritorderError(
          'server',
          `No gateway answers at ${url}; name another address with --url. ${error.message}`,
        )
      : error
  }
}

/** Where the folder has an owner, it is most likely a gateway that was started with `--port`. */
function isLocked(error: unknown): error is MeritorderError {
  return error instanceof MeritorderError && error.detail.limit === 'record.data_folder'
}

function ofGateway(url: string, key: string | undefined): Records {
  const whole: Records['whole'] = async (query, before) => {
    const asked = new URLSearchParams(query)
    asked.set('whole', 'true')
    asked.set('limit', String(PAGE_OF_GATEWAY))
    if (before !== undefined) asked.set('before', before)
    return listReply.parse(await askGateway(url, `/generations?${asked}`, key))
  }
  return {
    list: async (query) => listReply.parse(await askGateway(url, `/generations?${query}`, key)),
    whole,
    rows: async (query, before) => {
      const { data, next } = await whole(query, before)
      return { data: addStories(data), next }
    },
    find: async (id) =>
      oneReply.parse(await askGateway(url, `/generation?id=${encodeURIComponent(id)}`, key)).data,
    climate: (query) => askGateway(url, `/climate?${query}`, key),
    forget: (user) => askGateway(url, `/users/${encodeURIComponent(user)}`, key, 'DELETE'),
    comparisons: async (before) => {
      const from = before === undefined ? '' : `&before=${before}`
      return listReply.parse(await askGateway(url, `/comparisons?limit=${COMPARISONS}${from}`, key))
    },
    close: async () => {},
  }
}

function atRest(recorder: Recorder): Records {
  return {
    list: async (query) => {
      const filters = readFilters(query)
      return generationPage(await recorder.list(filters), filters)
    },
    whole: async (query, before) => {
      const filters = wholePage(query, before)
      return generationPage(await recorder.list(filters), filters)
    },
    rows: async (query, before) => {
      const page = await recorder.exportPage(wholePage(query, before))
      if (page === undefined)
        throw new MeritorderError('not_found', `the call ${before} is gone, behind which the next are`)
      return { data: addExported(page), next: page.next ?? null }
    },
    find: async (id) => {
      const stored = await recorder.find(id)
      return stored && ratedStory(stored, await recorder.ratings(id))
    },
    climate: async (query) => {
      const asked = readClimateQuery(query, undefined, Date.now())
      return climateJson(asked, await recorder.climate(asked))
    },
    forget: async (user) => forgottenJson(user, await recorder.forgetUser({ user })),
    comparisons: async (before) => {
      const page = await recorder.comparisons({
        limit: COMPARISONS,
        ...(before !== undefined && { before }),
      })
      return {
        data: page.map(comparisonJson),
        next: page.length < COMPARISONS ? null : page.at(-1)!.id,
      }
    },
    close: () => recorder.close(),
  }
}

function wholePage(query: URLSearchParams, before: string | undefined): GenerationQuery {
  const filters = { ...readFilters(query), whole: true, limit: PAGE_AT_REST }
  return before === undefined ? filters : { ...filters, before }
}

const NOWHERE: Records = {
  list: async (query) => {
    readFilters(query)
    return { data: [], next: null }
  },
  whole: (query) => NOWHERE.list(query),
  rows: async (query) => {
    readFilters(query)
    return { data: () => 0, next: null }
  },
  find: async () => undefined,
  climate: async (query) => climateJson(readClimateQuery(query, undefined, Date.now()), []),
  forget: async (user) => forgottenJson(user, { deleted: {}, remaining: {} }),
  comparisons: async () => ({ data: [], next: null }),
  close: async () => {},
}

function openRecorderOf({ record }: Config): Promise<Recorder> {
  return openRecorder({
    dataFolder: record.data_folder,
    ...(record.database_url !== undefined && { databaseUrl: record.database_url }),
    durability: record.durability,
    now: Date.now,
    log: createLog('warn'),
  })
}
