import type { Command } from 'commander'
import { readOurPrompts } from '../learn/intents/labelled-prompts.ts'
import { fitOwnIntents } from '../learn/own-intents/fit-own-intents.ts'
import { readOwnIntents, writeOwnIntents } from '../learned/own-intents-store.ts'
import { type CommonOptions, command, print } from './command.ts'
import { formatPlural } from './format.ts'
import { ownIntentJson, TAKEN_OVER } from './intents-add.ts'
import { configFor } from './load-market.ts'

/** `meritorder intents refit`: fits the user's own intents again from the examples that were kept with them. */
export function intentsRefitCommand(): Command {
  return command('refit', 'Fit your own intents again, from the examples that were kept with them.', [
    'intents refit',
  ]).action((_: object, invoked: Command) => {
    const options = invoked.optsWithGlobals<CommonOptions>()
    const folder = configFor(options).config.record.data_folder
    const background = readOurPrompts().map(({ prompt }) => prompt)
    const intents = fitOwnIntents(readOwnIntents(folder), background)
    const file = writeOwnIntents(folder, intents)
    print(options, { file, own: intents.map(ownIntentJson) }, () =>
      [`Fitted ${formatPlural(intents.length, 'intent')} again, in ${file}`, TAKEN_OVER].join('\n'),
    )
  })
}
