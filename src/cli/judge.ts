import { existsSync, readFileSync, realpathSync } from 'node:fs'
import type { Command } from 'commander'
import { agreementOf } from '../learn/judge/agreement.ts'
import { DEFAULT_RUBRIC } from '../learn/judge/rubric.ts'
import { command, print, remark, usageError } from './command.ts'
import { judgeFile } from './judge-file.ts'
import { judgeJson, judgeText } from './judge-report.ts'
import { withLineCount } from './line-count.ts'
import { configFor } from './load-market.ts'
import { positiveValue, wholeValue } from './option-values.ts'
import { asWrongUse } from './outcomes-file.ts'
import { type RecordsOptions, withGateway } from './recorded-stories.ts'
import { gatewayHealth, gatewayUrl } from './running-gateway.ts'

interface JudgeOptions extends RecordsOptions {
  readonly data: string
  readonly model: string
  readonly out: string
  readonly rubric?: string
  readonly maxCost: number
  readonly atOnce: number
}

/** `meritorder judge`: has a model compare answers, in both orders. */
export function judgeCommand(): Command {
  return withGateway(
    command('judge', 'Have a model compare pairs of answers, in both orders.', [
      'judge --data pairs.jsonl --model openai/gpt-5-mini --max-cost 2 --out comparisons.jsonl',
      'judge --data labelled.jsonl --model anthropic/claude-haiku-4.5 --max-cost 1 --out judged.jsonl --json',
    ]),
  )
    .requiredOption('-d, --data <file>', 'pairs of answers, .jsonl or .jsonl.gz (docs/judge.md)')
    .requiredOption('-m, --model <slug>', 'the judge: a model that the running gateway sells')
    .requiredOption('-o, --out <file>', 'comparisons to write; what it holds already is not judged again')
    .requiredOption(
      '--max-cost <usd>',
      'stop when the judge has cost so much; pairs under way are finished',
      positiveValue,
    )
    .option('--rubric <file>', 'what to look for, as text (default: our own)')
    .option('--at-once <n>', 'pairs judged at the same time', wholeValue(1, 64), 4)
    .action((options: JudgeOptions) => asWrongUse(() => judge(options)))
}

async function judge(options: JudgeOptions): Promise<void> {
  const { data, rubric: rubricPath } = options
  for (const path of [data, rubricPath])
    if (path !== undefined && !existsSync(path)) throw usageError(`there is no file ${path}`)
  if (existsSync(options.out) && realpathSync(options.out) === realpathSync(data))
    throw usageError(`${data} holds the pairs: --out must be another file`)
  const url = options.url?.replace(/\/+$/, '') ?? gatewayUrl(configFor(options).config.server)
  const gateway = await gatewayHealth(url)
  if (gateway === undefined)
    throw usageError(`no gateway answers at ${url}: start it (meritorder up), the judge is asked through it`)
  if (gateway.simulated)
    throw usageError(
      `the gateway at ${url} sells simulated answers only, and those judge nothing: start it with the key of a provider (meritorder providers)`,
    )
  const rubric = rubricPath === undefined ? DEFAULT_RUBRIC : readFileSync(rubricPath, 'utf8')
  const file = await withLineCount('Judging', (tell) =>
    judgeFile({ ...options, url, rubric, tell: (pairs) => tell(pairs) }),
  )
  const agreement = agreementOf(file.pairs)
  print(options, judgeJson(file, agreement, options.out), () => judgeText(file, agreement, options.out))
  const missing = file.stopped ?? (file.pairs.length === 0 ? 'no pair was judged' : undefined)
  if (missing !== undefined) fail(missing)
}

/** What is missing makes the exit code 1; what was judged is kept. */
function fail(missing: string): void {
  remark(`error: ${missing}`)
  process.exitCode = 1
}
