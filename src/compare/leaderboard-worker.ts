/** The thread that ranks: a million comparisons take seconds, which would hold up every caller. */
import { parentPort, workerData } from 'node:worker_threads'
import { loadIntents } from '../artifacts.ts'
import { asMeritorderError } from '../errors.ts'
import { importedFiles } from '../learn/import/imports.ts'
import { type JsonLine, jsonLines } from '../learn/import/json-lines.ts'
import { leaderboardOf } from '../learn/leaderboard/leaderboard.ts'
import { leaderboardJson } from '../learn/leaderboard/leaderboard-json.ts'
import { readComparisons } from '../learn/leaderboard/read-comparisons.ts'
import { belonging } from '../learn/leaderboard/scope.ts'
import type { RecordedComparison } from '../record/comparison.ts'
import type { FromRanking, RankingWork } from './ranking.ts'
import { recordedLines } from './recorded-comparisons.ts'

const { dataFolder, scope, least, style }: RankingWork = workerData
const port = parentPort!
const tell = (message: FromRanking) => port.postMessage(message)

try {
  const read = await readComparisons(everything(), { weigh: belonging(scope, loadIntents()), style })
  tell({ kind: 'ranked', board: leaderboardJson(leaderboardOf(read.comparisons, least), scope, read) })
} catch (error) {
  const { code, message } = asMeritorderError(error)
  tell({ kind: 'refused', code, message })
}
port.close()

/** What was imported, then what was recorded. */
async function* everything(): AsyncGenerator<JsonLine> {
  for (const file of importedFiles(dataFolder, 'comparisons')) yield* jsonLines(file)
  yield* recordedLines(nextPage)
}

/** The record belongs to the gateway's thread: it is asked for a page. */
function nextPage(before: string | undefined): Promise<readonly RecordedComparison[]> {
  return new Promise((resolve) => {
    port.once('message', resolve)
    tell({ kind: 'page', before })
  })
}
