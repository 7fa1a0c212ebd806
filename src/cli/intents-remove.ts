import type { Command } from 'commander'
import { MeritorderError } from '../errors.ts'
import { readOwnIntents, writeOwnIntents } from '../learned/own-intents-store.ts'
import { type CommonOptions, command, print } from './command.ts'
import { ownIntentJson, TAKEN_OVER } from './intents-add.ts'
import { configFor } from './load-market.ts'

/** `meritorder intents remove`: forgets an intent of the user's own, and its examples. */
export function intentsRemoveCommand(): Command {
  return command('remove', 'Remove an intent of your own, with its examples. Records keep its name.', [
    'intents remove support_ticket',
  ])
    .argument('<name>', 'as `intents list` has it')
    .action((name: string, _: object, invoked: Command) =>
      remove(name, invoked.optsWithGlobals<CommonOptions>()),
    )
}

function remove(name: string, options: CommonOptions): void {
  const folder = configFor(options).config.record.data_folder
  const intents = readOwnIntents(folder)
  const removed = intents.find((intent) => intent.name === name)
  if (removed === undefined) {
    const names = intents.map((intent) => intent.name).join(', ')
    throw new MeritorderError(
      'not_found',
      `${name} is no intent of your own. ${names === '' ? 'You have none' : `You have: ${names}`}.`,
    )
  }
  const file = writeOwnIntents(
    folder,
    intents.filter((intent) => intent !== removed),
  )
  print(options, { ...ownIntentJson(removed), file }, () => `Removed ${name} from ${file}\n${TAKEN_OVER}`)
}
