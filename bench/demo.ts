/**
 * The main job on real input: recorded prompts through a running gateway, compared with its baselines.
 *
 *   npm run demo -- [--policy balanced] [--data ../shared/data] [--json]
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { progress } from '@clack/prompts'
import { readRecording } from '../src/simulate/recording.ts'
import { seededRandom } from '../src/simulate/seeded-random.ts'
import { renderReport, reportOn } from './demo-report.ts'
import { driveDemo } from './demo-traffic.ts'

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: process.env.MERITORDER_DATA ?? '../shared/data' },
    policy: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const path = join(values.data, 'recorded-responses-mbpp.jsonl.gz')
if (!existsSync(path)) {
  console.error(
    `There is no ${path}.\nName the folder that holds the recorded answers with --data DIR or MERITORDER_DATA; any JSON Lines file of {id, prompt, responses: {MODEL: text}, outcomes: {MODEL: {quality, cost}}} under that name will do.`,
  )
  process.exit(1)
}

const recording = await readRecording(path)
const model = values.policy === undefined ? 'auto' : `auto:${values.policy}`
const tell = teller(recording.rows.length)
const { calls, failures } = await driveDemo(recording, path, model, tell)
for (const { promptId, reason } of failures.slice(0, 5)) console.error(`${promptId} got no answer: ${reason}`)
const report = reportOn(calls, recording.rows, seededRandom(1))
if (values.json) console.log(JSON.stringify({ ...report, failures }))
else console.log(renderReport(report))
process.exitCode = failures.length === 0 ? 0 : 1

/** Shows how far the demo is: a bar on a terminal, a line for each fifth elsewhere; always on stderr. */
function teller(prompts: number): (answered: number) => void {
  const message = `${prompts} recorded prompts, ${recording.models.length} models, model "${model}"`
  if (!process.stderr.isTTY) {
    console.error(message)
    return (answered) => {
      if (answered % Math.ceil(prompts / 5) === 0 || answered === prompts)
        console.error(`${answered} of ${prompts}`)
    }
  }
  const bar = progress({ max: prompts, output: process.stderr })
  bar.start(message)
  return (answered) => {
    bar.advance(1, `${answered} of ${prompts}`)
    if (answered === prompts) bar.stop(`${prompts} prompts sent`)
  }
}
