import { z } from 'zod'
import type { CandidateTable } from '../decide/candidate-table.ts'
import { decide } from '../decide/decide.ts'
import type { Candidate } from '../decide/decision.ts'
import type { Policy } from '../decide/policy.ts'
import { MeritorderError } from '../errors.ts'
import type { ReplayedCall } from '../learn/replay/estimate.ts'
import { readWishes } from '../receive/wishes.ts'
import { dialectNamed } from '../serve/dialects.ts'
import type { IntentArtifact } from '../understand/artifact.ts'
import type { Embedder } from '../understand/embedder.ts'
import { understand } from '../understand/understand.ts'
import { qualityOf } from './rated-call.ts'

/** What decides in the place of what decided then. */
export interface Trial {
  /** What calls are decided under that were made under the policy of this name; undefined for one that is not known. */
  readonly policyOf: (recorded: string) => Policy | undefined
  readonly intents: IntentArtifact
  readonly space: Embedder | undefined
  readonly table: CandidateTable
}

/** A recorded call beside what the policy on trial would have done; quality only where it was rated. */
export interface Replayed {
  readonly chosen: string
  readonly logged: string
  readonly cost?: ReplayedCall
  readonly quality?: ReplayedCall
}

const story = z.object({
  policy: z.string(),
  created_at: z.string(),
  dialect: z.string(),
  strategy: z.string(),
  simulated: z.boolean().default(false),
  model: z.string().nullable(),
  cost_usd: z.string().nullable(),
  propensity: z.number(),
  /** Versions of what predicted. */
  artifact: z.string().exactOptional(),
  candidates: z.array(
    z.object({
      model: z.string(),
      quality: z.number().nullable(),
      experience: z.object({ shift: z.number() }).exactOptional(),
      cost_usd: z.number().nullable(),
    }),
  ),
  request: z.record(z.string(), z.unknown()).nullable().catch(null),
  ratings: z.array(z.object({ kind: z.string(), value: z.number().optional() })),
})

/** The fields of a story that a call is replayed from. */
export type Story = z.infer<typeof story>

/** Undefined for what was recorded in another form. */
export function readStory(value: unknown): Story | undefined {
  return story.safeParse(value).data
}

/**
 * Decides a recorded call anew, with today's market; or why it cannot be: it completes "each call …".
 *
 * @param vector what an outside embedder made of its prompt, where the trial's space is of one
 */
export function replayCall(value: unknown, trial: Trial, vector?: Float32Array): Replayed | string {
  const data = readStory(value)
  if (data === undefined) return 'was recorded by another version in another form'
  if (data.strategy !== 'auto') return 'named its model'
  const [first] = data.candidates
  if (data.model === null || first === undefined) return 'brought no answer'
  if (first.model !== data.model) return 'was answered by a model that stood in for the one chosen'
  if (!(data.propensity > 0 && data.propensity <= 1)) return 'has no probability with which it was chosen'
  if (data.request === null) return 'was recorded without its prompt (record.storage)'
  const policy = trial.policyOf(data.policy)
  if (policy === undefined) return 'was made under a policy that is not known here any more'
  try {
    const chosen = decideAnew(data, data.request, policy, trial, vector)
    return chosen === undefined ? 'is in a dialect that is not known here' : compared(data, first, chosen)
  } catch (error) {
    if (!(error instanceof MeritorderError)) throw error
    return error.code === 'not_found'
      ? 'could not be served under this policy by what can be bought today'
      : 'cannot be read as a call any more'
  }
}

function decideAnew(
  { dialect, created_at }: Story,
  body: Readonly<Record<string, unknown>>,
  policy: Policy,
  { intents, space, table }: Trial,
  vector: Float32Array | undefined,
): Candidate | undefined {
  const request = dialectNamed(dialect)?.readRequest(body)
  if (request === undefined) return undefined
  const wishes = { ...readWishes(body, undefined, policy.name), policy }
  const decision = decide(understand(request, intents, space, vector), wishes, table, {
    policies: {},
    now: Date.parse(created_at),
    random: () => 0,
  })
  return decision.ranked[0]
}

type RecordedCandidate = Story['candidates'][number]

function compared(data: Story, first: RecordedCandidate, chosen: Candidate): Replayed {
  const { model } = chosen.endpoint
  /** The prediction of that time, by the same predictor as that of what was chosen then; today's where it was not kept. */
  const then = data.candidates.find((candidate) => candidate.model === model)
  const both = { model: first.model, chosen: model, propensity: data.propensity }
  const expectedCost = then?.cost_usd ?? chosen.costUsd
  const quality = qualityOf(data.ratings)
  return {
    chosen: model,
    logged: first.model,
    ...(data.cost_usd !== null &&
      first.cost_usd !== null &&
      expectedCost !== undefined && {
        cost: {
          ...both,
          outcome: Number(data.cost_usd),
          expected: first.cost_usd,
          expectedOfChosen: expectedCost,
        },
      }),
    ...(quality !== undefined &&
      first.quality !== null && {
        quality: {
          ...both,
          outcome: quality,
          expected: first.quality,
          expectedOfChosen: then?.quality ?? chosen.quality,
        },
      }),
  }
}
