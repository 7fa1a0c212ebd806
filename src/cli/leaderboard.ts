import { existsSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { loadArtifacts } from '../artifacts.ts'
import { importedFiles } from '../learn/import/imports.ts'
import { type JsonLine, jsonLines } from '../learn/import/json-lines.ts'
import { leaderboardOf } from '../learn/leaderboard/leaderboard.ts'
import { leaderboardJson } from '../learn/leaderboard/leaderboard-json.ts'
import { type ReadComparisons, readComparisons } from '../learn/leaderboard/read-comparisons.ts'
import { belonging, type Scope } from '../learn/leaderboard/scope.ts'
import { INTENT_GROUPS, type IntentGroup } from '../understand/intent-names.ts'
import { command, print, usageError } from './command.ts'
import { formatPlural } from './format.ts'
import { leaderboardText } from './leaderboard-text.ts'
import { leftOutText } from './left-out-text.ts'
import { withLineCount } from './line-count.ts'
import { configFor } from './load-market.ts'
import { tagValue, wholeValue } from './option-values.ts'
import { asWrongUse } from './outcomes-file.ts'
import { comparisonLines, type RecordsOptions, withGateway } from './recorded-stories.ts'

interface LeaderboardOptions extends RecordsOptions {
  readonly data?: string
  readonly intent?: string
  readonly group?: IntentGroup
  readonly language?: string
  readonly tag?: Readonly<Record<string, string>>
  readonly least: number
  readonly style: boolean
}

/** `meritorder leaderboard`: who answers best, by comparisons of two answers each. */
export function leaderboardCommand(): Command {
  const board = command('leaderboard', 'Rank models by comparisons of their answers.', [
    'leaderboard',
    'leaderboard --intent text_correction',
    'leaderboard --data comparisons.jsonl.gz --language de --tag team=support --json',
  ])
  return withGateway(board)
    .option(
      '-d, --data <file>',
      'comparisons, .jsonl or .jsonl.gz (default: all that were imported or recorded)',
    )
    .option('--intent <name>', 'only prompts of this intent, as far as they are of it')
    .addOption(
      new Option('--group <name>', 'only prompts of this group of intents').choices(
        Object.keys(INTENT_GROUPS),
      ),
    )
    .option('--language <code>', 'only prompts in this language, such as de')
    .option('--tag <key=value>', 'only comparisons with this tag; may be repeated', tagValue)
    .option('--least <n>', 'comparisons that a model needs to be ranked', wholeValue(1, 1_000_000), 10)
    .option('--no-style', 'do not control for length and markdown of the answers')
    .action((options: LeaderboardOptions) => asWrongUse(() => rank(options)))
}

async function rank(options: LeaderboardOptions): Promise<void> {
  const { data, intent, group, language, tag, least, style } = options
  const { data_folder } = configFor(options).config.record
  if (data !== undefined && !existsSync(data))
    throw usageError(`there is no file ${data}; docs/leaderboards.md says what it should hold`)
  if (intent !== undefined && group !== undefined) throw usageError('--intent and --group exclude each other')
  const scope: Scope = {
    ...(intent !== undefined && { intent }),
    ...(group !== undefined && { group }),
    ...(language !== undefined && { language }),
    ...(tag !== undefined && { tags: tag }),
  }
  const { intents } = loadArtifacts(data_folder)
  const read = await withLineCount('Reading', (tell) =>
    readComparisons(data === undefined ? known(data_folder, options) : jsonLines(data), {
      weigh: belonging(scope, intents),
      style,
      tell,
    }),
  )
  if (read.comparisons.models.length === 0) throw nothingToRank(read)
  const board = leaderboardOf(read.comparisons, least)
  print(options, leaderboardJson(board, scope, read), () => leaderboardText(board, scope, read))
}

/** What was imported, then what arenas and duels have brought. */
async function* known(dataFolder: string, options: LeaderboardOptions): AsyncGenerator<JsonLine> {
  for (const file of importedFiles(dataFolder, 'comparisons')) yield* jsonLines(file)
  yield* comparisonLines(options)
}

/** Every comparison names two models, so none is left where there are fewer. */
function nothingToRank({ lines, leftOut }: ReadComparisons) {
  const all =
    lines === 0
      ? 'there is no comparison; import some, or see docs/leaderboards.md for arenas and duels'
      : `none of ${formatPlural(lines, 'comparison')} is of what was asked for`
  return usageError(
    [`there is nothing to rank: ${all}`, leftOutText(leftOut)].filter((part) => part !== '').join('\n'),
  )
}
