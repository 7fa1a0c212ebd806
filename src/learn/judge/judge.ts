import { DEFAULT_RUBRIC, judgeMessages, type Pair } from './rubric.ts'
import { type Judgement, judgementOf, readVerdict, type Verdict } from './verdict.ts'

/** A reply of the judge's model. */
export interface JudgeReply {
  readonly text: string
  /** 0 where it is not known. */
  readonly costUsd: number
}

export interface JudgeOptions {
  /** Sends a conversation to the judge's model; rejects when it does not answer. */
  readonly ask: (messages: readonly { role: string; content: string }[]) => Promise<JudgeReply>
  readonly rubric?: string
}

/** What became of one pair. */
export type Judged =
  | {
      readonly kind: 'judged'
      readonly judgement: Judgement
      readonly verdicts: readonly [Verdict, Verdict]
      readonly costUsd: number
    }
  /** The judge said nothing that is a verdict, twice. */
  | { readonly kind: 'unreadable'; readonly costUsd: number }

/** A reply that is no verdict is asked for once more. */
const TRIES = 2

/** Has two answers compared in both orders. Rejects as `ask` does. */
export async function judgePair(pair: Pair, { ask, rubric = DEFAULT_RUBRIC }: JudgeOptions): Promise<Judged> {
  const orders = [pair, { prompt: pair.prompt, a: pair.b, b: pair.a }]
  const [forward, backward] = await Promise.all(
    orders.map((order) => verdictOn(judgeMessages(rubric, order), ask)),
  )
  const costUsd = forward!.costUsd + backward!.costUsd
  if (forward!.verdict === undefined || backward!.verdict === undefined)
    return { kind: 'unreadable', costUsd }
  const verdicts = [forward!.verdict, backward!.verdict] as const
  return { kind: 'judged', judgement: judgementOf(...verdicts), verdicts, costUsd }
}

async function verdictOn(
  messages: readonly { role: string; content: string }[],
  ask: JudgeOptions['ask'],
): Promise<{ verdict: Verdict | undefined; costUsd: number }> {
  let costUsd = 0
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const reply = await ask(messages)
    costUsd += reply.costUsd
    const verdict = readVerdict(reply.text)
    if (verdict !== undefined) return { verdict, costUsd }
  }
  return { verdict: undefined, costUsd }
}
