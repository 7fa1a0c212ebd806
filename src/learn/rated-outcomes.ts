import { createHash } from 'node:crypto'

/** A recorded call that somebody rated. */
export interface RatedCall {
  readonly messages: readonly unknown[]
  readonly model: string
  /** 0..1 */
  readonly quality: number
  /** USD; undefined where it is unknown. */
  readonly costUsd: number | undefined
  readonly completionTokens: number
}

/** A line of an outcomes file (docs/outcomes.md). */
export interface OutcomeLine {
  readonly id: string
  readonly messages: readonly unknown[]
  readonly outcomes: Readonly<Record<string, { quality: number; cost?: number; tokens: number }>>
}

/** Collects rated calls as outcomes: calls with the same messages are one prompt, several answers of a model their mean. */
export function createRatedOutcomes(): { add(call: RatedCall): void; lines(): OutcomeLine[] } {
  const prompts = new Map<string, Prompt>()
  return {
    add(call) {
      const id = promptIdOf(call.messages)
      const prompt = prompts.get(id) ?? { id, messages: call.messages, answers: new Map() }
      prompts.set(id, prompt)
      prompt.answers.set(call.model, added(prompt.answers.get(call.model) ?? NONE, call))
    },
    lines: () =>
      Array.from(prompts.values(), ({ id, messages, answers }) => ({
        id,
        messages,
        outcomes: Object.fromEntries(Array.from(answers, ([model, sums]) => [model, meanOf(sums)])),
      })),
  }
}

interface Prompt {
  readonly id: string
  readonly messages: readonly unknown[]
  readonly answers: Map<string, Sums>
}

/** Of a model's answers to one prompt: sums, because one prompt may have been asked a million times. */
interface Sums {
  readonly calls: number
  readonly quality: number
  readonly tokens: number
  /** Of the calls whose cost is known. */
  readonly priced: number
  readonly costUsd: number
}

const NONE: Sums = { calls: 0, quality: 0, tokens: 0, priced: 0, costUsd: 0 }

function added(sums: Sums, { quality, completionTokens, costUsd }: RatedCall): Sums {
  return {
    calls: sums.calls + 1,
    quality: sums.quality + quality,
    tokens: sums.tokens + completionTokens,
    priced: sums.priced + (costUsd === undefined ? 0 : 1),
    costUsd: sums.costUsd + (costUsd ?? 0),
  }
}

/** The id under which a rated prompt stands in outcomes: the same for the same messages. */
export function promptIdOf(messages: readonly unknown[]): string {
  return `prompt-${createHash('sha256').update(JSON.stringify(messages)).digest('hex').slice(0, 24)}`
}

function meanOf({ calls, quality, tokens, priced, costUsd }: Sums) {
  return {
    quality: quality / calls,
    ...(priced > 0 && { cost: costUsd / priced }),
    tokens: Math.round(tokens / calls),
  }
}
