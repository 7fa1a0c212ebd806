/**
 * A gateway that starts with what is shipped and learns from the ratings and duels of simulated traffic, drawn from real
 * outcomes: quality and cost beside the best single model, the cheapest, random, the oracle and a router that was fitted
 * offline on all outcomes. The calls go through the gateway's own understanding, deciding and learning, without HTTP.
 *
 *   npm run bench:learning -- [--data FILE] [--calls 20000] [--seeds 5] [--rated 0.05] [--duels 0.02] [--explore 0]
 *                             [--svg FILE] [--json]
 *
 * Each seed is scored on another fifth of the prompts, which nothing has learned from.
 */
import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadArtifacts } from '../src/artifacts.ts'
import { readExisting } from '../src/cli/outcomes-file.ts'
import { learningPlot } from './learning/plot.ts'
import { reportOf, textOf } from './learning/report.ts'
import { openRoom } from './learning/room.ts'
import { runSeed } from './learning/run-seed.ts'

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    calls: { type: 'string', default: '20000' },
    seeds: { type: 'string', default: '5' },
    rated: { type: 'string', default: '0.05' },
    duels: { type: 'string', default: '0.02' },
    explore: { type: 'string', default: '0' },
    svg: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const folder = process.env.MERITORDER_DATA ?? '../shared/data'
const data = values.data ?? join(folder, 'outcomes-multitask-train.jsonl.gz')
const [calls, seeds] = [Number(values.calls), Number(values.seeds)]
const outcomes = readExisting(data)
const room = openRoom(outcomes, loadArtifacts().intents)
let done = 0
const tell = (more: number) => {
  done += more
  if (process.stderr.isTTY)
    process.stderr.write(`\r${bar(done / (calls * seeds))} ${done} of ${calls * seeds} calls`)
}
const results = Array.from({ length: seeds }, (_, s) =>
  runSeed(room, {
    seed: s + 1,
    calls,
    ratedShare: Number(values.rated),
    duelShare: Number(values.duels),
    explore: Number(values.explore),
    tell,
  }),
)
if (process.stderr.isTTY) process.stderr.write('\n')
const { length: prompts } = outcomes.ids
const { length: models } = outcomes.models
const report = reportOf({ data: basename(data), prompts, models, explore: Number(values.explore) }, results)
if (values.svg !== undefined) writeFileSync(values.svg, learningPlot(report))
process.stdout.write(`${values.json ? JSON.stringify(report) : textOf(report)}\n`)

function bar(share: number): string {
  const filled = Math.round(24 * share)
  return '█'.repeat(filled) + '░'.repeat(24 - filled)
}
