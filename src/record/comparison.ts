import type { IntentProbability } from '../understand/prompt.ts'

/** Two answers to one prompt, and which was better. Plain JSON: the journal's format. It holds no words of either. */
export interface Comparison {
  /** `cmp-…` */
  readonly id: string
  /** Epoch ms. */
  readonly comparedAt: number
  /** Whose prompt it was. */
  readonly caller: string
  readonly generationA: string
  readonly generationB: string
  readonly modelA: string
  readonly modelB: string
  readonly winner: 'a' | 'b' | 'tie'
  /** `person`, or the model that judged. */
  readonly judge: string
  readonly source: 'arena' | 'duel'
  /** The most probable intents of the prompt. */
  readonly intents: readonly IntentProbability[]
  readonly language: string
  readonly tags: Readonly<Record<string, string>>
  /** How far a leads b in style, as leaderboards control for it; empty where the answers were not seen. */
  readonly lead: readonly number[]
  /** What was paid for the comparison alone (a duel's second answer and its judge): exact decimal USD. */
  readonly costUsd: string
}

/** A comparison as it is read again. */
export interface RecordedComparison extends Comparison {
  /** Whether an answer came from a simulated provider. */
  readonly simulated: boolean
}

/** Two anonymous answers that wait for a vote; it holds no words of either. Plain JSON: the journal's format. */
export interface Arena {
  /** `arena-…` */
  readonly id: string
  /** Epoch ms. */
  readonly createdAt: number
  readonly caller: string
  /** Generations of answer a and answer b, and the models that gave them. */
  readonly generationA: string
  readonly generationB: string
  readonly modelA: string
  readonly modelB: string
  readonly intents: readonly IntentProbability[]
  readonly language: string
  readonly tags: Readonly<Record<string, string>>
  readonly lead: readonly number[]
}

/** An arena, and what was voted in it. */
export interface FoundArena {
  readonly arena: Arena
  readonly winner?: Comparison['winner']
}

/** Which comparisons to list, newest first; absent members do not narrow it. */
export interface ComparisonQuery {
  readonly limit: number
  /** Only those older than this one (its id): where the page before ended. */
  readonly before?: string
  readonly caller?: string
  /** From this time on, epoch ms. */
  readonly since?: number
}

/** The comparison that a vote in an arena makes has the arena's number. */
export function comparisonIdOf(arenaId: string): string {
  return `cmp-${arenaId.slice('arena-'.length)}`
}
