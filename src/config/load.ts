import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { MeritorderError } from '../errors.ts'
import { keepsMore, noLooserThan, type StorageMode } from '../storage-mode.ts'
import { admissionLimits } from './admission-schema.ts'
import { ageMs, DAY_MS } from './age.ts'
import { embedderSettings } from './embedder-settings.ts'
import { policiesOf } from './policies.ts'
import { type Fault, faultsOf } from './problem.ts'
import { type Config, configSchema } from './schema.ts'
import { expand } from './stated-key.ts'
import { readYamlFile } from './yaml-file.ts'

const FILE_NAMES = ['meritorder.yaml', 'meritorder.yml']
const DATA_FOLDER = '.meritorder'

export type Environment = Readonly<Record<string, string | undefined>>

export interface LoadOptions {
  /** The file; must exist when given. Else MERITORDER_CONFIG, else `meritorder.yaml` in `cwd` if there is one. */
  readonly path?: string
  readonly environment: Environment
  readonly cwd: string
  /** What the command line says; wins over the file. */
  readonly overrides?: { readonly host?: string; readonly port?: number }
}

export interface LoadedConfig {
  readonly config: Config
  /** Absolute path of the file that was read; absent when there is none and everything is default. */
  readonly path?: string
}

/**
 * Reads the configuration: the file if there is one, defaults for the rest.
 * Throws MeritorderError `invalid_request` whose message names file, line, column, key and allowed values of
 * every problem found; `detail.metadata.problems` has them one by one.
 */
export function loadConfig(options: LoadOptions): LoadedConfig {
  const path = filePath(options)
  if (path === undefined) return { config: configOf({}, options.cwd, options, withoutFile) }
  const { value, refuse } = readYamlFile(path)
  return { config: configOf(value, dirname(path), options, refuse), path }
}

/** True for an address that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}

function filePath({ path, environment, cwd }: LoadOptions): string | undefined {
  const named = path ?? environment.MERITORDER_CONFIG
  if (named !== undefined && named !== '') return resolve(cwd, named)
  return FILE_NAMES.map((name) => resolve(cwd, name)).find((candidate) => existsSync(candidate))
}

function withoutFile(faults: readonly Fault[]): MeritorderError {
  return new MeritorderError('invalid_request', faults.map(({ message }) => message).join('\n'))
}

/** Checks the file's value and fills in what depends on more than one key. */
function configOf(
  value: unknown,
  fileFolder: string,
  { environment, cwd, overrides }: LoadOptions,
  refuse: (faults: readonly Fault[]) => MeritorderError,
): Config {
  const parsed = configSchema.safeParse(withoutEmptySections(value), { reportInput: true })
  if (!parsed.success) throw refuse(parsed.error.issues.flatMap(faultsOf))
  const { record, embedder: section, providers, ...rest } = parsed.data
  const server = { ...rest.server, ...overrides }
  const databaseUrl = record.database_url && expand(record.database_url, environment)
  const embedder = section && embedderSettings(section, fileFolder, environment)
  const storage = record.storage ?? (isLoopback(server.host) ? 'full' : 'metadata')
  const faults = [
    ...exposureFaults(server),
    ...storageFaults(server.keys, storage),
    ...policyFaults(rest.policy),
    ...trainingFaults(rest.learn),
    ...(databaseUrl === undefined && record.database_url !== undefined
      ? [unsetFault(record.database_url)]
      : []),
    ...(embedder !== undefined && 'message' in embedder ? [embedder] : []),
  ]
  if (faults.length > 0) throw refuse(faults)
  return {
    ...rest,
    admission: admissionLimits(rest.admission, server.max_body_bytes),
    learn: withAbsoluteData(rest.learn, fileFolder),
    providers: withAbsoluteFiles(providers, fileFolder),
    ...(embedder !== undefined && 'kind' in embedder && { embedder }),
    server,
    record: {
      ...record,
      ...(databaseUrl === undefined ? {} : { database_url: databaseUrl }),
      storage,
      data_folder: dataFolder(record.data_folder, fileFolder, environment, cwd),
    },
  }
}

function withAbsoluteFiles(providers: Config['providers'], fileFolder: string): Config['providers'] {
  return Object.fromEntries(
    Object.entries(providers).map(([slug, { key_file: file, ...rest }]) => [
      slug,
      file === undefined ? rest : { ...rest, key_file: resolve(fileFolder, file) },
    ]),
  )
}

function withAbsoluteData({ train, ...others }: Config['learn'], fileFolder: string): Config['learn'] {
  if (train === undefined) return others
  return { ...others, train: { ...train, data: train.data.map((file) => resolve(fileFolder, file)) } }
}

/** `server:` with nothing below it reads as null in YAML and means "as by default". */
function withoutEmptySections(value: unknown): unknown {
  if (value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([, section]) => section !== null))
}

function exposureFaults(server: Config['server']): Fault[] {
  if (isLoopback(server.host) || server.keys.length > 0) return []
  const message =
    `\`server.host\` is ${server.host}, which other machines can reach, and there are no \`server.keys\`: ` +
    'anybody could spend your provider keys. Add a key under server.keys, or listen on 127.0.0.1'
  return [{ path: ['server', 'host'], message }]
}

function storageFaults(keys: Config['server']['keys'], allowed: StorageMode): Fault[] {
  return keys.flatMap(({ storage }, k) => {
    if (storage === undefined || !keepsMore(storage, allowed)) return []
    const modes = noLooserThan(allowed).join(', ')
    const message = `\`server.keys[${k}].storage\` must be one of ${modes}, not "${storage}": a key cannot keep more than \`record.storage\`, which is ${allowed}`
    return [{ path: ['server', 'keys', k, 'storage'], message }]
  })
}

function policyFaults(policy: Config['policy']): Fault[] {
  const names = Object.keys(policiesOf(policy))
  if (names.includes(policy.default)) return []
  const message = `\`policy.default\` must be one of ${names.join(', ')}, not "${policy.default}"`
  return [{ path: ['policy', 'default'], message }]
}

/** A time of day fits only to whole days. */
function trainingFaults({ train }: Config['learn']): Fault[] {
  if (train?.at === undefined || ageMs(train.every) % DAY_MS === 0) return []
  const message = `\`learn.train.at\` is a time of day, and \`learn.train.every\` is ${train.every}, which is no number of days: write 24h or 7d, or leave \`at\` out`
  return [{ path: ['learn', 'train', 'at'], message }]
}

function unsetFault(reference: string): Fault {
  return {
    path: ['record', 'database_url'],
    message: `\`record.database_url\` refers to ${reference}, and that environment variable is not set`,
  }
}

function dataFolder(
  inFile: string | undefined,
  fileFolder: string,
  environment: Environment,
  cwd: string,
): string {
  const home = environment.MERITORDER_HOME
  if (home) return resolve(cwd, home)
  return inFile === undefined ? resolve(cwd, DATA_FOLDER) : resolve(fileFolder, inFile)
}
