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
      const id = idOf(call.messages)
      const prompt = prompts.get(id) ?? { id, messages: call.messages, answers: new Map() }
      prompts.set(id, prompt)
      prompt.answers.set(call.model, [...(prompt.answers.get(call.model) ?? []), call])
    },
    lines: () =>
      Array.from(prompts.values(), ({ id, messages, answers }) => ({
        id,
        messages,
        outcomes: Object.fromEntries(Array.from(answers, ([model, calls]) => [model, meanOf(calls)])),
      })),
  }
}

interface Prompt {
  readonly id: string
  readonly messages: readonly unknown[]
  readonly answers: Map<string, readonly RatedCall[]>
}

function idOf(messages: readonly unknown[]): string {
  return `prompt-${createHash('sha256').update(JSON.stringify(messages)).digest('hex').slice(0, 24)}`
}

function meanOf(calls: readonly RatedCall[]) {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const costs = calls.flatMap(({ costUsd }) => costUsd ?? [])
  return {
    quality: mean(calls.map(({ quality }) => quality)),
    ...(costs.length > 0 && { cost: mean(costs) }),
    tokens: Math.round(mean(calls.map(({ completionTokens }) => completionTokens))),
  }
}
