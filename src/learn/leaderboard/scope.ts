import type { IntentArtifact } from '../../understand/artifact.ts'
import { INTENT_GROUPS, INTENTS, type IntentGroup } from '../../understand/intent-names.ts'
import { understand } from '../../understand/understand.ts'
import type { ComparisonFacts } from './comparison-rows.ts'

/** Which comparisons a leaderboard is about; absent members do not narrow it. */
export interface Scope {
  /** An intent, the user's own among them, or another label that rows carry. */
  readonly intent?: string
  readonly group?: IntentGroup
  /** ISO 639-1. */
  readonly language?: string
  readonly tags?: Readonly<Record<string, string>>
}

/** A prompt that belongs less probably than this does not. */
const LEAST_PROBABILITY = 0.05

/**
 * How much a comparison belongs to a scope, 0..1: what the row says of itself, else what its prompt is recognised as;
 * the probability of the intent, or of all intents of the group.
 */
export function belonging(scope: Scope, artifact: IntentArtifact): (row: ComparisonFacts) => number {
  const { intent, group, language, tags = {} } = scope
  const intents = intent === undefined ? group && new Set<string>(INTENT_GROUPS[group]) : new Set([intent])
  return (row) => {
    if (Object.entries(tags).some(([key, value]) => row.tags[key] !== value)) return 0
    const read = createReading(row.prompt, artifact)
    if (language !== undefined && (row.language ?? read()?.language) !== language) return 0
    if (intents === undefined) return 1
    if (row.intent !== undefined) return intents.has(row.intent) ? 1 : 0
    const probability =
      row.intents === undefined ? probabilityOf(intents, read()) : knownOf(intents, row.intents)
    return probability < LEAST_PROBABILITY ? 0 : probability
  }
}

type Understood = ReturnType<typeof understand>

/** Understands the prompt when it is first asked for. */
function createReading(prompt: string | undefined, artifact: IntentArtifact): () => Understood | undefined {
  let read: Understood | undefined
  return () => {
    if (prompt === undefined) return undefined
    read ??= understand({ messages: [{ role: 'user', content: prompt }] }, artifact)
    return read
  }
}

function knownOf(intents: ReadonlySet<string>, known: NonNullable<ComparisonFacts['intents']>): number {
  return known.reduce((sum, { intent, p }) => sum + (intents.has(intent) ? p : 0), 0)
}

/** Own intents are among the most probable ones; the shipped ones are all known. */
function probabilityOf(intents: ReadonlySet<string>, read: Understood | undefined): number {
  if (read === undefined) return 0
  const own = read.intents.filter(({ intent }) => intents.has(intent) && !SHIPPED.has(intent))
  return (
    own.reduce((sum, { p }) => sum + p, 0) +
    INTENTS.reduce((sum, intent, i) => sum + (intents.has(intent) ? read.intentProbabilities[i]! : 0), 0)
  )
}

const SHIPPED: ReadonlySet<string> = new Set(INTENTS)
