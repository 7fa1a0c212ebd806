import type { Command } from 'commander'
import { ownIntentsPath, readOwnIntents } from '../learned/own-intents-store.ts'
import { INTENTS } from '../understand/intent-names.ts'
import type { OwnIntent } from '../understand/own-intents.ts'
import { type CommonOptions, command, print } from './command.ts'
import { ownIntentJson } from './intents-add.ts'
import { configFor } from './load-market.ts'
import { paint, table } from './terminal.ts'

/** `meritorder intents list`: the user's own intents and the shipped ones. */
export function intentsListCommand(): Command {
  return command('list', 'List your own intents, and the shipped ones.', [
    'intents list',
    'intents list --json',
  ]).action((_: object, invoked: Command) => {
    const options = invoked.optsWithGlobals<CommonOptions>()
    const folder = configFor(options).config.record.data_folder
    const own = readOwnIntents(folder)
    const value = { file: ownIntentsPath(folder), own: own.map(ownIntentJson), shipped: INTENTS }
    print(options, value, () => `${ownText(own)}\n\n${paint('dim', 'shipped')}  ${INTENTS.join(', ')}`)
  })
}

function ownText(own: readonly OwnIntent[]): string {
  if (own.length === 0) return 'No intents of your own yet: meritorder intents add NAME --examples FILE'
  const rows = own.map(({ name, examples, recognised, mistaken }) => [
    name,
    `${recognised} of ${examples.length}`,
    `${(100 * mistaken).toFixed(1)} %`,
  ])
  return table(
    [
      { title: 'own intent' },
      { title: 'examples recognised', align: 'right' },
      { title: 'ordinary prompts mistaken', align: 'right' },
    ],
    rows,
  )
}
