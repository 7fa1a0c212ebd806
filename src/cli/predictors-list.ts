import { existsSync, readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { z } from 'zod'
import { type KeptPredictor, listPredictors, predictorCardPath } from '../learned/predictor-store.ts'
import { type CommonOptions, command, print } from './command.ts'
import { configFor } from './load-market.ts'
import { paint, table } from './terminal.ts'

/** `meritorder predictors list`: every version that is kept, the newest first. */
export function predictorsListCommand(): Command {
  return command('list', 'List the versions that are kept, the newest first.', ['predictors list']).action(
    (_: object, invoked: Command) => {
      const options = invoked.optsWithGlobals<CommonOptions>()
      const { data_folder: folder } = configFor(options).config.record
      const kept = listPredictors(folder).map((one) => ({ ...one, ...cardOf(folder, one) }))
      const value = kept.map(({ version, isLive, bytes, keptAt, trial, parent }) => ({
        version,
        live: isLive,
        kept_at: new Date(keptAt).toISOString(),
        bytes,
        trial,
        parent,
      }))
      print(options, { predictors: value }, () => listText(value))
    },
  )
}

const card = z.object({ trial: z.string(), parent: z.string().nullable() })

/** What the card says; of a version from `fit`, or of one whose card is damaged, nothing is known. */
function cardOf(folder: string, { version }: KeptPredictor): { trial: string | null; parent: string | null } {
  const path = predictorCardPath(folder, version)
  if (!existsSync(path)) return { trial: null, parent: null }
  try {
    return card.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return { trial: null, parent: null }
  }
}

interface Listed {
  readonly version: string
  readonly live: boolean
  readonly kept_at: string
  readonly bytes: number
  readonly trial: string | null
  readonly parent: string | null
}

function listText(kept: readonly Listed[]): string {
  if (kept.length === 0)
    return 'No predictor yet, so leaderboards alone say what is good: meritorder train, or meritorder fit'
  const rows = kept.map(({ version, live, kept_at, bytes, trial, parent }) => [
    live ? paint('green', '▸') : ' ',
    live ? paint('bold', version) : version,
    kept_at.slice(0, 16).replace('T', ' '),
    `${(bytes / 1e6).toFixed(1)} MB`,
    trial ?? 'not tried',
    parent ?? '',
  ])
  const list = table(
    [
      { title: ' ' },
      { title: 'Version' },
      { title: 'Kept (UTC)' },
      { title: 'Size', align: 'right' },
      { title: 'Trial' },
      { title: 'Against' },
    ],
    rows,
  )
  return kept.some(({ live }) => live) ? list : `${list}\nNone of them is in force: leaderboards alone are.`
}
