import { env } from 'node:process'
import type { Command } from 'commander'
import { fingerprint, keyStorePath, readKeyStore, writeKeyStore } from '../config/key-store.ts'
import { MeritorderError } from '../errors.ts'
import { type CommonOptions, command, print } from './command.ts'
import { formatPlural } from './format.ts'
import { KEYS_TAKEN_OVER } from './keys-add.ts'
import { configFor } from './load-market.ts'

/** `meritorder keys remove`: forgets the keys of a provider, or one of them. */
export function keysRemoveCommand(): Command {
  return command('remove', 'Remove the stored keys of a provider, or the one with this fingerprint.', [
    'keys remove openai',
    'keys remove openai 2c26b46b68ff',
  ])
    .argument('<provider>', 'as `keys list` has it')
    .argument('[fingerprint]', 'its first digits are enough')
    .action((provider: string, mark: string | undefined, _: object, invoked: Command) =>
      remove(provider, mark ?? '', invoked.optsWithGlobals<CommonOptions>()),
    )
}

function remove(provider: string, mark: string, options: CommonOptions): void {
  const folder = configFor(options).config.record.data_folder
  const masterKey = env.MERITORDER_MASTER_KEY
  const before = readKeyStore(folder, masterKey)
  const removed = before.filter(
    (stored) => stored.provider === provider && fingerprint(stored.key).startsWith(mark),
  )
  if (removed.length === 0)
    throw new MeritorderError(
      'not_found',
      `No stored key of ${provider}${mark === '' ? '' : ` begins with ${mark}`}: meritorder keys list.`,
    )
  writeKeyStore(
    folder,
    masterKey,
    before.filter((stored) => !removed.includes(stored)),
  )
  const file = keyStorePath(folder)
  print(options, { provider, removed: removed.map(({ key }) => fingerprint(key)), file }, () =>
    [`Removed ${formatPlural(removed.length, 'key')} of ${provider} from ${file}`, KEYS_TAKEN_OVER].join(
      '\n',
    ),
  )
}
