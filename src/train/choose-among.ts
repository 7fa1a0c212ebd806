import type { CandidateTable } from '../decide/candidate-table.ts'
import { decide } from '../decide/decide.ts'
import type { Candidate } from '../decide/decision.ts'
import { readName } from '../decide/names.ts'
import type { Policy } from '../decide/policy.ts'
import { MeritorderError } from '../errors.ts'
import { understand } from '../understand/understand.ts'
import type { Trial } from './replay-call.ts'

/**
 * What would be chosen for a prompt among some models only; undefined where none of them can serve it.
 *
 * @param models slugs
 * @param vector what an outside embedder made of the prompt, where the trial's space is of one
 */
export function chooseAmong(
  prompt: string,
  models: readonly string[],
  policy: Policy,
  { intents, space, table }: Trial,
  vector?: Float32Array,
): Candidate | undefined {
  const request = { messages: [{ role: 'user', content: prompt }] }
  const wishes = {
    requested: 'auto',
    selector: { kind: 'auto' as const },
    policy,
    limits: { allowedModels: models },
    allowFallbacks: true,
  }
  const context = { policies: {}, now: 0, random: () => 0 }
  try {
    return decide(understand(request, intents, space, vector), wishes, table, context).ranked[0]
  } catch (error) {
    if (error instanceof MeritorderError) return undefined
    throw error
  }
}

/** The slug of each model that its name in the outcomes stands for on this market; undefined for one that nobody sells. */
export function slugsOnMarket(
  names: readonly string[],
  table: CandidateTable,
): readonly (string | undefined)[] {
  return names.map((name) => {
    const meaning = readName(name, table.names, (endpoint) => table.model[endpoint]!)
    return meaning.kind === 'model' ? table.models[meaning.model]!.slug : undefined
  })
}
