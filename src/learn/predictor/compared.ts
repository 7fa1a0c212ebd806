/** Two answers to one prompt, and which was better: evidence of who is ahead of whom, not of how good either is. */
export interface Compared {
  /** The two models, by their numbers in the outcomes. */
  readonly a: number
  readonly b: number
  /** 1 where a won, 0 for a tie, −1 where b won. */
  readonly result: number
  /** What the prompt is about, by the numbers of INTENTS, the most probable only; empty where nothing is known of it. */
  readonly intents: readonly { readonly intent: number; readonly p: number }[]
  /** Row of its prompt in the outcomes, where it has one: whoever holds that out holds the comparison out too. */
  readonly row?: number
}

/**
 * The same comparisons in an order of their own, each with the smaller number first: neither who stood first nor the
 * order in which they came changes a bit of what is fitted on them.
 */
export function inOwnOrder(compared: readonly Compared[]): readonly Compared[] {
  return compared
    .map((one) => (one.a <= one.b ? one : { ...one, a: one.b, b: one.a, result: 0 - one.result }))
    .map((one) => ({ one, key: keyOf(one) }))
    .sort((x, y) => (x.key < y.key ? -1 : x.key > y.key ? 1 : 0))
    .map(({ one }) => one)
}

function keyOf({ a, b, result, row, intents }: Compared): string {
  return JSON.stringify([a, b, result, row ?? -1, intents.map(({ intent, p }) => [intent, p])])
}
