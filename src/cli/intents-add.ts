import { type Command, InvalidArgumentError } from 'commander'
import { readOurPrompts } from '../learn/intents/labelled-prompts.ts'
import { fitOwnIntents } from '../learn/own-intents/fit-own-intents.ts'
import { readExamples } from '../learn/own-intents/read-examples.ts'
import { readOwnIntents, writeOwnIntents } from '../learned/own-intents-store.ts'
import { INTENTS } from '../understand/intent-names.ts'
import type { OwnIntent } from '../understand/own-intents.ts'
import { type CommonOptions, command, print, remark } from './command.ts'
import { formatPlural } from './format.ts'
import { configFor } from './load-market.ts'
import { paint } from './terminal.ts'

const NAME = /^[a-z][a-z0-9_-]{0,63}$/
/** Below this share of recognised examples people are warned. */
const POOR = 0.5
/** Every gateway with this data folder watches it. */
export const TAKEN_OVER = 'A gateway that runs on this data folder takes it over at once.'

interface AddOptions extends CommonOptions {
  readonly examples: string
}

/** `meritorder intents add`: an intent of the user's own, told from a few examples. */
export function intentsAddCommand(): Command {
  return command('add', 'Add an intent of your own from 20 or more examples, or replace it.', [
    'intents add support_ticket --examples tickets.txt',
    'intents add contract_review --examples contracts.jsonl --json',
  ])
    .argument('<name>', 'lower-case letters, digits, - and _', nameValue)
    .requiredOption(
      '-e, --examples <file>',
      'prompts: one a line, or {"prompt"} a line as .jsonl; may be .gz',
    )
    .action((name: string, _: object, invoked: Command) => add(name, invoked.optsWithGlobals<AddOptions>()))
}

function add(name: string, options: AddOptions): void {
  const folder = configFor(options).config.record.data_folder
  const { prompts, repeated } = readExamples(options.examples)
  const before = readOwnIntents(folder)
  const kept = before.filter((intent) => intent.name !== name)
  const background = readOurPrompts().map(({ prompt }) => prompt)
  const intents = fitOwnIntents([...kept, { name, examples: prompts }], background)
  const added = intents.at(-1)!
  const file = writeOwnIntents(folder, intents)
  const replaced = kept.length < before.length
  if (added.recognised < POOR * added.examples.length) {
    remark('Few of the examples resemble each other: more of them, or two intents instead of one, may help.')
  }
  print(options, { ...ownIntentJson(added), repeated, replaced, file }, () =>
    [
      `${replaced ? 'Replaced' : 'Added'} ${paint('bold', name)}, with ${formatPlural(prompts.length, 'example')}` +
        `${repeated === 0 ? '' : ` (${repeated} more say nearly the same)`}, in ${file}`,
      `  recognises ${added.recognised} of ${added.examples.length} examples that it was not fitted on`,
      `  takes ${(100 * added.mistaken).toFixed(1)} % of ordinary prompts for it, and more of those that resemble it`,
      TAKEN_OVER,
    ].join('\n'),
  )
}

/** An own intent in the words of `--json`. */
export function ownIntentJson({ name, examples, recognised, mistaken }: OwnIntent) {
  return { name, examples: examples.length, recognised, mistaken }
}

function nameValue(name: string): string {
  if (!NAME.test(name)) {
    throw new InvalidArgumentError('It must be lower-case letters, digits, - and _, and begin with a letter.')
  }
  if ((INTENTS as readonly string[]).includes(name)) {
    throw new InvalidArgumentError('That is a shipped intent; take another name.')
  }
  return name
}
