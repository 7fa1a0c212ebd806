import type { Command } from 'commander'
import { loadArtifacts } from '../artifacts.ts'
import { policiesOf } from '../config/policies.ts'
import { compileCandidates } from '../decide/candidates.ts'
import { leftOutList } from '../learn/import/left-out.ts'
import { type Replayed, replayCall } from '../train/replay-call.ts'
import { command, print, usageError } from './command.ts'
import { filterQuery, type GenerationFilters, withFilters } from './generation-filters.ts'
import { withLineCount } from './line-count.ts'
import { configFor, offeredMarket } from './load-market.ts'
import { policyNameValue } from './option-values.ts'
import { type RecordsOptions, storyId, storyPages, told, withGateway } from './recorded-stories.ts'
import { replayReport } from './replay-report.ts'
import { replayText } from './replay-text.ts'

interface ReplayOptions extends RecordsOptions, GenerationFilters {
  readonly policy: string
}

/** `meritorder replay`: what another policy would have cost and brought on recorded calls. Nobody is called. */
export function replayCommand(): Command {
  return withFilters(
    withGateway(
      command(
        'replay',
        'Say what another policy would have cost and brought on recorded calls. Nobody is called.',
        [
          'replay --policy cheap --since 7d',
          'replay --policy green --since 30d --intent text_correction --json',
        ],
      ),
    ),
  )
    .requiredOption(
      '-p, --policy <name>',
      'the policy on trial: a built-in one, or one of your own',
      policyNameValue,
    )
    .action(replay)
}

async function replay(options: ReplayOptions): Promise<void> {
  const { config } = configFor(options)
  const policies = policiesOf(config.policy)
  const policy = policies[options.policy]
  if (policy === undefined)
    throw usageError(`there is no policy ${options.policy}; there are ${Object.keys(policies).join(', ')}`)
  const artifacts = loadArtifacts(config.record.data_folder, config.embedder?.name)
  const { predictor } = artifacts.predictor
  const market = await offeredMarket(config, artifacts.catalog, false)
  // A space that waits for an embedder outside has no place for recorded prompts: they are decided without it.
  const learned = predictor?.space.outside === undefined ? predictor : undefined
  // Trying something else now and then is no part of what is compared.
  const { exploration: _, ...steady } = policy
  const trial = {
    policyOf: () => steady,
    intents: artifacts.intents,
    space: learned?.space,
    table: compileCandidates(market, artifacts.quality, artifacts.catalog, learned),
  }
  const replayed: Replayed[] = []
  const leftOut = leftOutList()
  await withLineCount('Replaying', async (tell) => {
    for await (const story of told(storyPages(filterQuery(options), options), tell)) {
      const result = replayCall(story, trial)
      if (typeof result === 'string') leftOut.add(result, storyId(story))
      else replayed.push(result)
    }
  })
  const report = replayReport(options.policy, replayed, leftOut.all())
  print(options, report, () => replayText(report))
}
