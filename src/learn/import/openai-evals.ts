import { MeritorderError } from '../../errors.ts'
import { isObject } from '../../json/is-object.ts'
import { contentId, messagesOf, qualityOf, textOf } from './cells.ts'
import type { Importer, OutcomesLine, TextMessage } from './importer.ts'
import type { LeftOutList } from './left-out.ts'
import { rowsOf } from './rows.ts'

/**
 * Logs of OpenAI's evals (github.com/openai/evals, `evals/record.py`): a `spec` line, then events. `sampling` events have
 * the prompt, `match` events `correct`, `metrics` events a `score`, told apart by `sample_id`. A log is of one model, so
 * name those of several on the same eval.
 */
export const openAiEvals: Importer = {
  name: 'openai-evals',
  what: "logs of OpenAI's evals, a file per model",
  kind: 'outcomes',
  takes: ['best'],
  async *lines(files, { best }, leftOut) {
    for (const file of files) yield* linesOf(file, best, leftOut)
  },
}

/** What is known of a sample whose other event has not come yet. */
interface Sample {
  readonly where: string
  readonly messages?: readonly TextMessage[]
  readonly quality?: number
}

async function* linesOf(file: string, best: number, leftOut: LeftOutList): AsyncGenerator<OutcomesLine> {
  let spec: Spec | undefined
  const samples = new Map<string, Sample>()
  const judged = new Set<string>()
  for await (const { where, value } of rowsOf(file)) {
    if (value === undefined) leftOut.add('is no JSON object', where)
    else if (isObject(value.spec)) spec = readSpec(value.spec)
    else if (value.final_report === undefined) {
      if (spec === undefined) throw foreign(file)
      const id = textOf(value.sample_id)
      const found = id === undefined ? undefined : readEvent(value, best)
      if (id === undefined) leftOut.add('has no "sample_id"', where)
      else if (typeof found === 'string') leftOut.add(found, where)
      else if (found !== undefined && !judged.has(id)) {
        const { messages, quality } = { ...samples.get(id), ...found }
        if (messages === undefined || quality === undefined)
          samples.set(id, { where, ...samples.get(id), ...found })
        else {
          samples.delete(id)
          judged.add(id)
          yield {
            id: contentId(messages),
            task: spec.task,
            messages,
            outcomes: { [spec.model]: { quality } },
          }
        }
      }
    }
  }
  for (const { where, messages } of samples.values())
    leftOut.add(
      messages === undefined ? 'is of a sample without a prompt' : 'is of a sample that was not judged',
      where,
    )
}

interface Spec {
  readonly model: string
  readonly task: string
}

function readSpec({
  completion_fns,
  base_eval,
  eval_name,
}: Readonly<Record<string, unknown>>): Spec | undefined {
  const model = Array.isArray(completion_fns) ? textOf(completion_fns[0]) : undefined
  return model === undefined
    ? undefined
    : { model, task: textOf(base_eval) ?? textOf(eval_name) ?? 'unnamed' }
}

/** What an event adds, undefined for one of another type, or what is wrong with it. */
function readEvent(
  { type, data }: Readonly<Record<string, unknown>>,
  best: number,
): Omit<Sample, 'where'> | string | undefined {
  if (!isObject(data)) return 'has no "data"'
  if (type === 'sampling') {
    const messages = messagesOf(data.prompt)
    return messages === undefined ? 'has no "prompt" of text' : { messages }
  }
  if (type !== 'match' && type !== 'metrics') return undefined
  const said = type === 'match' ? data.correct : data.score
  if (said === undefined) return undefined
  const quality = type === 'match' ? qualityOf(said, 1) : qualityOf(said, best)
  return quality === undefined ? `has a score that is no number from 0 to ${best}` : { quality }
}

function foreign(file: string): MeritorderError {
  return new MeritorderError(
    'invalid_request',
    `${file} is no log of OpenAI's evals: no "spec" that names "completion_fns" stands before its events.`,
    { limit: 'data' },
  )
}
