import process, { cwd, stdin, stdout } from 'node:process'
import { confirm, isCancel } from '@clack/prompts'
import type { Command } from 'commander'
import { loadCatalog } from '../artifacts.ts'
import { loadConfig } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import type { Gateway } from '../gateway.ts'
import { createLog } from '../telemetry/log.ts'
import { bannerText } from './banner.ts'
import { type CommonOptions, command, print } from './command.ts'
import { marketHere } from './load-market.ts'
import { portValue } from './option-values.ts'
import { stopSignal } from './signals.ts'

/** What shells report for a program that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130

interface UpOptions extends CommonOptions {
  readonly host?: string
  readonly port?: number
  readonly practice?: boolean
}

/** `meritorder up`: starts the gateway and says what was found and what to do next. */
export function upCommand(): Command {
  return command('up', 'Start the gateway.', [
    'up',
    'up --practice                          with simulated providers, no key needed',
    'up --port 8080 --config meritorder.yaml',
    'up --json                              where it listens and what it sells, for scripts',
  ])
    .option('--host <address>', 'address to listen on (server.host)')
    .option('--port <port>', 'port to listen on; 0 takes a free one (server.port)', portValue)
    .option('--practice', 'sell only what simulated providers offer; every answer is simulated')
    .action(up)
}

async function up(options: UpOptions): Promise<void> {
  const load = () => loadFor(options)
  const { config, path } = load()
  const practice = options.practice === true || (await wantsPractice(config, options))
  const stopped = stopSignal()
  // Loaded only here: every other command starts in half the time without it.
  const { startGateway } = await import('../gateway.ts')
  const gateway = await startGateway({
    config,
    environment: process.env,
    log: createLog(config.log.level),
    practice,
    ...(path !== undefined && { watch: { path, load: () => load().config } }),
  })
  print(options, upJson(gateway, config, practice), () =>
    bannerText({ gateway, config, practice, ...(path !== undefined && { path }) }),
  )
  await stopped
  await gateway.close()
}

function loadFor({ host, port, config }: UpOptions) {
  return loadConfig({
    environment: process.env,
    cwd: cwd(),
    ...(config !== undefined && { path: config }),
    overrides: { ...(host !== undefined && { host }), ...(port !== undefined && { port }) },
  })
}

/** With nothing to sell, a person at a terminal is offered the practice market. */
async function wantsPractice(config: Config, options: UpOptions): Promise<boolean> {
  if (!stdin.isTTY || !stdout.isTTY || options.json === true) return false
  const { found } = await marketHere(config, loadCatalog(config.record.data_folder))
  if (found.catalog.endpoints.length > 0) return false
  const answer = await confirm({
    message:
      'No provider key and no local model server was found. Start with simulated providers to practise on?',
  })
  if (isCancel(answer)) process.exit(EXIT_INTERRUPTED)
  return answer
}

function upJson({ url, found, unusable, models, endpoints }: Gateway, config: Config, practice: boolean) {
  return {
    url,
    practice,
    policy: config.policy.default,
    data_folder: config.record.data_folder,
    storage: config.record.storage,
    models,
    endpoints,
    providers: found.map(({ provider, source, endpoints: sold }) => ({
      provider: provider.slug,
      source,
      endpoints: sold,
      simulated: provider.simulated ?? false,
    })),
    unusable: unusable.map(({ slug, reason }) => ({ provider: slug, reason })),
  }
}
