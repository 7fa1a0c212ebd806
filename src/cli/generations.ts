import { existsSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { z } from 'zod'
import type { Config } from '../config/schema.ts'
import { MeritorderError } from '../errors.ts'
import { generationStory, ratedStory } from '../explain/generation-story.ts'
import { openRecorder, type Recorder } from '../record/recorder.ts'
import { createLog } from '../telemetry/log.ts'
import { type CommonOptions, command, print } from './command.ts'
import { generationStorySchema, generationsText, generationText } from './generation-text.ts'
import { configFor } from './load-market.ts'
import { wholeValue } from './option-values.ts'
import { askGateway, gatewayHealth, gatewayUrl } from './running-gateway.ts'

interface GenerationsOptions extends CommonOptions {
  readonly limit: number
  readonly key?: string
  readonly url?: string
}

/** `meritorder generations`: the last calls, and the whole story of one. */
export function generationsCommand(): Command {
  return withGateway(
    command('generations', 'List the last recorded calls, or tell the whole story of one.', [
      'generations',
      'generations --limit 100 --json',
      'generations show gen-…',
    ]),
  )
    .option('-n, --limit <n>', 'how many', wholeValue(1, 1_000), 20)
    .action(async (options: GenerationsOptions) => {
      const stories = await listStories(options)
      print(options, stories, () => generationsText(z.array(generationStorySchema).parse(stories)))
    })
    .addCommand(showCommand())
}

function showCommand(): Command {
  return withGateway(
    command('show', 'Tell the whole story of one call.', [
      'generations show gen-…',
      'generations show gen-… --json',
    ]),
  )
    .argument('<id>', 'the generation id, as the header x-meritorder-generation-id had it')
    .action(async (id: string, _options: unknown, invoked: Command) => {
      const options = invoked.optsWithGlobals<GenerationsOptions>()
      const story = await findStory(id, options)
      print(options, story, () => generationText(generationStorySchema.parse(story)))
    })
}

function withGateway(one: Command): Command {
  return one
    .option('--url <address>', 'a running gateway (default: where the configuration says)')
    .addOption(new Option('--key <key>', 'client key, where the gateway wants one').env('MERITORDER_API_KEY'))
}

const listReply = z.object({ data: z.array(z.unknown()) })
const oneReply = z.object({ data: z.unknown() })

async function listStories(options: GenerationsOptions): Promise<readonly unknown[]> {
  const { limit } = options
  return fromRecords(options, {
    running: async (ask) => listReply.parse(await ask(`/generations?limit=${limit}`)).data,
    stopped: async (recorder) => (await recorder.list({ limit })).map(generationStory),
    never: () => [],
  })
}

async function findStory(id: string, options: GenerationsOptions): Promise<unknown> {
  const missing = (): never => {
    throw new MeritorderError(
      'not_found',
      `no generation ${id} is recorded here; list them: meritorder generations`,
    )
  }
  return fromRecords(options, {
    running: async (ask) => oneReply.parse(await ask(`/generation?id=${encodeURIComponent(id)}`)).data,
    stopped: async (recorder) => {
      const stored = await recorder.find(id)
      return stored === undefined ? missing() : ratedStory(stored, await recorder.ratings(id))
    },
    never: missing,
  })
}

/** The three places that records can be in: a gateway that runs, a data folder at rest, nowhere yet. */
interface Source<T> {
  readonly running: (ask: (path: string) => Promise<unknown>) => Promise<T>
  readonly stopped: (recorder: Recorder) => Promise<T>
  readonly never: () => T
}

/** The embedded database admits one opener, so a running gateway is asked, and only without one the folder is opened. */
async function fromRecords<T>(options: GenerationsOptions, source: Source<T>): Promise<T> {
  const { config } = configFor(options)
  const url = options.url?.replace(/\/+$/, '') ?? gatewayUrl(config.server)
  if ((await gatewayHealth(url)) !== undefined)
    return source.running((path) => askGateway(url, path, options.key))
  if (options.url !== undefined) throw new MeritorderError('not_found', `no gateway answers at ${url}`)
  if (config.record.database_url === undefined && !existsSync(config.record.data_folder))
    return source.never()
  const recorder = await openRecords(config)
  try {
    return await source.stopped(recorder)
  } finally {
    await recorder.close()
  }
}

function openRecords({ record }: Config): Promise<Recorder> {
  return openRecorder({
    dataFolder: record.data_folder,
    ...(record.database_url !== undefined && { databaseUrl: record.database_url }),
    durability: record.durability,
    now: Date.now,
    log: createLog('warn'),
  })
}
