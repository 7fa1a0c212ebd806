import { env } from 'node:process'
import type { Command } from 'commander'
import { fingerprint, keyStorePath, readKeyStore, type StoredKey } from '../config/key-store.ts'
import { type CommonOptions, command, print } from './command.ts'
import { configFor } from './load-market.ts'
import { table } from './terminal.ts'

/** `meritorder keys list`: whose keys are stored; of the keys themselves only fingerprints. */
export function keysListCommand(): Command {
  return command('list', 'List the stored keys by their fingerprints (SHA-256, first 12 digits).', [
    'keys list',
    'keys list --json',
  ]).action((_: object, invoked: Command) => {
    const options = invoked.optsWithGlobals<CommonOptions>()
    const folder = configFor(options).config.record.data_folder
    const keys = readKeyStore(folder, env.MERITORDER_MASTER_KEY).map(withoutKey)
    print(options, { file: keyStorePath(folder), keys }, () =>
      keys.length === 0
        ? 'No keys are stored: meritorder keys add PROVIDER'
        : table(
            [{ title: 'provider' }, { title: 'for' }, { title: 'fingerprint' }],
            keys.map(({ provider, host, fingerprint: mark }) => [provider, host, mark]),
          ),
    )
  })
}

function withoutKey({ provider, host, key }: StoredKey) {
  return { provider, host, fingerprint: fingerprint(key) }
}
