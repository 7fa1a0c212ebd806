import { predictedQualities } from '../decide/predicted-quality.ts'
import type { SaidComparison, SaidRating } from '../learn/online/learner.ts'
import { isSimulated } from '../market/is-simulated.ts'
import type { ComparedGenerations } from '../record/comparisons.queries.ts'
import { type Fingerprint, unpackVector } from '../record/fingerprint.ts'
import type { Rating } from '../record/rating.ts'
import type { RatedGeneration } from '../record/ratings.queries.ts'
import type { RecordedCandidate } from '../record/recorded-candidate.ts'
import { dialectNamed } from '../serve/dialects.ts'
import type { Rules } from '../serve/house.ts'
import type { IntentArtifact } from '../understand/artifact.ts'
import type { Prompt } from '../understand/prompt.ts'
import { understand } from '../understand/understand.ts'

/** A score that follows a thumb of the same person takes its place. */
export function keyOf({ generationId, caller }: Rating): string {
  return `${generationId} ${caller}`
}

/**
 * A rating as the learner takes it; undefined where nothing was predicted of the answer, or can be, and where the answer
 * is a simulated one and the market is real.
 */
export function ratingSaid(
  rated: RatedGeneration,
  rules: Rules,
  intents: IntentArtifact,
): SaidRating | undefined {
  const { rating, model } = rated
  const { value, ratedAt } = rating
  if (isOfAnotherMarket(rated, rules)) return undefined
  const prompt = promptOf(rated, rules, intents)
  const predicted = predictedOf(model, rated, prompt, rules)
  if (predicted === undefined || value === null) return undefined
  return {
    key: keyOf(rating),
    at: ratedAt,
    model,
    ...pointOf(prompt, rated.fingerprint, intents),
    quality: value,
    predicted,
  }
}

/** A comparison as the learner takes it; undefined where `ratingSaid` would be, of either answer. */
export function comparisonSaid(
  compared: ComparedGenerations,
  rules: Rules,
  intents: IntentArtifact,
): SaidComparison | undefined {
  const { id, comparedAt, modelA, modelB, winner } = compared.comparison
  if (isOfAnotherMarket(compared.comparison, rules)) return undefined
  const prompt = promptOf(compared, rules, intents)
  const a = predictedOf(modelA, compared, prompt, rules)
  const b = predictedOf(modelB, compared, prompt, rules)
  if (a === undefined || b === undefined) return undefined
  return {
    key: id,
    at: comparedAt,
    model: modelA,
    other: modelB,
    ...pointOf(prompt, compared.fingerprint, intents),
    result: RESULTS[winner],
    predictedLead: a - b,
  }
}

/** Simulated answers say nothing of the models that real calls go to. */
function isOfAnotherMarket({ simulated }: { readonly simulated: boolean }, { table }: Rules): boolean {
  return simulated && !isSimulated(table.providers)
}

export const RESULTS = { a: 1, tie: 0.5, b: 0 } as const

/** Of a prompt whose words are not kept its fingerprint says where it lies, if the same fitted files made it. */
function pointOf(
  prompt: Prompt | undefined,
  kept: Fingerprint | undefined,
  { embedder }: IntentArtifact,
): Pick<SaidRating, 'point'> {
  if (prompt?.shape !== undefined) return { point: { embedding: prompt.embedding, shape: prompt.shape } }
  if (kept?.embedder !== embedder.id || kept.shape === null) return {}
  return { point: { embedding: unpackVector(kept.embedding), shape: unpackVector(kept.shape) } }
}

/** Quality predicted of a model: today where the prompt is kept, else as it was then. */
function predictedOf(
  model: string,
  { candidates }: Pick<RatedGeneration, 'candidates'>,
  prompt: Prompt | undefined,
  { table }: Rules,
): number | undefined {
  const row = table.rowOfModel.get(model)
  return prompt === undefined || row === undefined
    ? predictedThen(candidates, model)
    : predictedQualities(prompt, table)[row]
}

/** The prompt as it is understood today; undefined where it is not kept, or needs an embedder outside. */
function promptOf(
  { dialect, request }: Pick<RatedGeneration, 'dialect' | 'request'>,
  { space }: Rules,
  intents: IntentArtifact,
): Prompt | undefined {
  if (request === null || space?.outside !== undefined) return undefined
  try {
    const body = JSON.parse(Buffer.from(request).toString('utf8'))
    const chat = dialectNamed(dialect)?.readRequest(body)
    return chat && understand(chat, intents, space, undefined, true)
  } catch {
    return undefined
  }
}

/** What was predicted when it was decided, without what experience added. */
function predictedThen(candidates: readonly RecordedCandidate[], model: string): number | undefined {
  const then = candidates.find((candidate) => candidate.model === model)
  return then?.quality == null ? undefined : then.quality - (then.experience?.shift ?? 0)
}
