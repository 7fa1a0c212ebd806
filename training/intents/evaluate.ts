import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type IntentArtifact, parseIntentArtifact } from '../../src/understand/artifact.ts'
import { predict } from './calibrate.ts'
import { type IntentScores, scoreIntents } from './metrics.ts'
import { type LabelledPrompt, readPublicPrompts } from './prompts.ts'
import { seededRandom, shuffle } from './softmax.ts'

/** The public labelled prompts, for evaluation only. */
export const PUBLIC_FILE = join(process.env.MERITORDER_DATA ?? '../shared/data', 'intents-train.jsonl.gz')
const SPLIT_SEED = 99

/** Scores an artifact on labelled prompts. */
export function evaluateIntents(prompts: readonly LabelledPrompt[], artifact: IntentArtifact): IntentScores {
  return scoreIntents(
    predict(prompts, artifact.embedder, artifact.head),
    prompts.map(({ intent }) => intent),
  )
}

/** The fixed halves of the public file: settings are tuned on the first, the second has never been looked at. */
export function publicHalves(prompts: readonly LabelledPrompt[]): {
  readonly tuned: readonly LabelledPrompt[]
  readonly unseen: readonly LabelledPrompt[]
} {
  const shuffled = shuffle([...prompts], seededRandom(SPLIT_SEED))
  return { tuned: shuffled.filter((_, i) => i % 2 === 0), unseen: shuffled.filter((_, i) => i % 2 === 1) }
}

/** `node training/intents/evaluate.ts [--data FILE] [--artifact FILE] [--json]` */
function main(): void {
  const { values } = parseArgs({
    options: {
      data: { type: 'string', default: PUBLIC_FILE },
      artifact: { type: 'string', default: 'artifacts/intents.bin' },
      json: { type: 'boolean', default: false },
    },
  })
  if (!existsSync(values.data)) {
    console.error(
      `There is no ${values.data}. Name labelled prompts with --data FILE or set MERITORDER_DATA.`,
    )
    process.exitCode = 2
    return
  }
  const scores = evaluateIntents(
    readPublicPrompts(values.data),
    parseIntentArtifact(readFileSync(values.artifact)),
  )
  if (values.json) {
    console.log(JSON.stringify(scores))
    return
  }
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  console.log(`prompts              ${scores.n}`)
  console.log(`top-1 / top-3        ${percent(scores.top1)} / ${percent(scores.top3)}`)
  console.log(`group                ${percent(scores.group)}`)
  console.log(`calibration error    ${scores.ece.toFixed(3)}`)
}

if (import.meta.main) main()
