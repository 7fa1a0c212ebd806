import { env, stdin } from 'node:process'
import { text } from 'node:stream/consumers'
import { isCancel, password } from '@clack/prompts'
import type { Command } from 'commander'
import { loadCatalog } from '../artifacts.ts'
import { fingerprint, keyStorePath, readKeyStore, writeKeyStore } from '../config/key-store.ts'
import { hostOf } from '../config/provider-keys.ts'
import type { Config } from '../config/schema.ts'
import { MeritorderError } from '../errors.ts'
import { type CommonOptions, command, print } from './command.ts'
import { configFor } from './load-market.ts'

/** Every gateway with this data folder watches the store. */
export const KEYS_TAKEN_OVER = 'A gateway that runs on this data folder takes it over at once.'

/** `meritorder keys add`: takes a key from stdin or a prompt, never from the command line, where others could read it. */
export function keysAddCommand(): Command {
  return command('add', 'Add a key of a provider, read from stdin or asked for.', [
    'keys add openai < key.txt',
    'keys add anthropic',
  ])
    .argument('<provider>', 'slug, as `meritorder providers --all` has it')
    .action((provider: string, _: object, invoked: Command) =>
      add(provider, invoked.optsWithGlobals<CommonOptions>()),
    )
}

async function add(provider: string, options: CommonOptions): Promise<void> {
  const { config } = configFor(options)
  const folder = config.record.data_folder
  const masterKey = env.MERITORDER_MASTER_KEY
  const host = hostOfProvider(provider, config)
  const before = readKeyStore(folder, masterKey)
  const key = readableKey(stdin.isTTY ? await askFor(provider) : await text(stdin))
  const known = before.some((stored) => stored.provider === provider && stored.key === key)
  const others = before.filter((stored) => stored.provider !== provider || stored.key !== key)
  writeKeyStore(folder, masterKey, [...others, { provider, host, key }])
  const file = keyStorePath(folder)
  const mark = fingerprint(key)
  print(options, { provider, host, fingerprint: mark, replaced: known, file }, () =>
    [`${known ? 'Kept' : 'Added'} key ${mark} of ${provider}, for ${host}, in ${file}`, KEYS_TAKEN_OVER].join(
      '\n',
    ),
  )
}

/** The host that the key is for: the provider's address now, in the configuration or else in the catalog. */
function hostOfProvider(slug: string, config: Config): string {
  const known = loadCatalog(config.record.data_folder).providers.find((provider) => provider.slug === slug)
  const host = hostOf(config.providers[slug]?.base_url ?? known?.baseUrl)
  if (host !== '') return host
  throw new MeritorderError(
    'not_found',
    known === undefined
      ? `There is no provider "${slug}": meritorder providers --all lists them.`
      : `The address of ${slug} is not known: set providers.${slug}.base_url first.`,
  )
}

async function askFor(provider: string): Promise<string> {
  const answer = await password({ message: `Key of ${provider}` })
  if (isCancel(answer)) throw new MeritorderError('invalid_request', 'No key was given.')
  return answer
}

/** The JSON of Google credentials has many lines; no other key does. */
function readableKey(given: string): string {
  const key = given.trim()
  if (key === '') throw new MeritorderError('invalid_request', 'No key was given: write it to stdin.')
  if (/\s/.test(key) && !key.startsWith('{'))
    throw new MeritorderError('invalid_request', 'A key is one word: add several one after the other.')
  return key
}
