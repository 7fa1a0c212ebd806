import { DEFAULT_RUBRIC, judgeMessages, type Pair } from './rubric.ts'
import { type Judgement, judgementOf, readVerdict, type Verdict } from './verdict.ts'

export interface JudgeOptions {
  /** Sends a conversation to the judge's model and gives its reply; rejects when it does not answer. */
  readonly ask: (messages: readonly { role: string; content: string }[]) => Promise<string>
  readonly rubric?: string
}

/** What a judge said of a pair. */
export interface Judged {
  readonly judgement: Judgement
  /** a stood first; b stood first. */
  readonly verdicts: readonly [Verdict, Verdict]
}

/** A reply that is no verdict is asked for once more. */
const TRIES = 2

/** Has two answers compared in both orders; undefined when the judge says nothing that is a verdict. Rejects as `ask` does. */
export async function judgePair(
  pair: Pair,
  { ask, rubric = DEFAULT_RUBRIC }: JudgeOptions,
): Promise<Judged | undefined> {
  const [forward, backward] = await Promise.all([
    verdictOn(judgeMessages(rubric, pair), ask),
    verdictOn(judgeMessages(rubric, { prompt: pair.prompt, a: pair.b, b: pair.a }), ask),
  ])
  if (forward === undefined || backward === undefined) return undefined
  return { judgement: judgementOf(forward, backward), verdicts: [forward, backward] }
}

async function verdictOn(
  messages: readonly { role: string; content: string }[],
  ask: JudgeOptions['ask'],
): Promise<Verdict | undefined> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const verdict = readVerdict(await ask(messages))
    if (verdict !== undefined) return verdict
  }
  return undefined
}
