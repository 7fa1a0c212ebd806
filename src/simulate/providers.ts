import { MeritorderError } from '../errors.ts'
import type { ChatRequest } from './chat-request.ts'
import type { NativeDialect } from './native/native-dialect.ts'
import { drawPace, paced } from './pace.ts'
import { practiceCatalog, practiceSpeed } from './practice-market.ts'
import type { Recording } from './recording.ts'
import { RECORDED_PROVIDER, replayer } from './replay.ts'
import { jsonReply, type Reply, type ReplyFacts } from './reply.ts'
import { seededRandom } from './seeded-random.ts'
import { type ProviderAnswer, simulateAnswer } from './simulated-answer.ts'
import { type WorkKind, workReply } from './work-reply.ts'

export interface Providers {
  /** The provider's healthy reply in its dialect; throws MeritorderError where a real provider would refuse. */
  answer(request: ChatRequest, facts: ReplyFacts, dialect: NativeDialect): Reply
  /** The provider's healthy reply to an embeddings or rerank call; throws as `answer`. */
  answerWork(kind: WorkKind, body: unknown, facts: ReplyFacts): Reply
  /** The models that the provider lists. */
  list(provider: string, createdSeconds: number): Reply
}

/**
 * The providers behind the simulator's path prefixes. Those of the practice market sell what it lists, `recorded`
 * sells the recording; any other provider answers for any model, so that tests can bring a catalog of their own.
 */
export function createProviders(options: {
  readonly seed: number
  readonly latency: 'real' | 'none'
  readonly recording?: Recording
}): Providers {
  const { seed, latency, recording } = options
  const models = new Map<string, readonly string[]>([[RECORDED_PROVIDER, recording?.models ?? []]])
  for (const { provider, upstreamModel } of practiceCatalog('').endpoints) {
    models.set(provider, [...(models.get(provider) ?? []), upstreamModel])
  }
  const replay = recording && replayer(recording)
  const served = new Map<string, number>()

  const refuseUnknown = (model: string, provider: string) => {
    if (models.get(provider)?.includes(model) === false) throw unknownModel(model, provider)
  }
  const answerOf = (request: ChatRequest, provider: string): ProviderAnswer => {
    refuseUnknown(request.model, provider)
    if (provider !== RECORDED_PROVIDER) return simulateAnswer(request, provider, seed)
    if (replay === undefined) throw unknownModel(request.model, provider)
    return replay(request)
  }

  const atPace = (reply: Reply, provider: string, model: string, tokens: number): Reply => {
    if (latency === 'none') return reply
    const endpoint = `${provider}/${model}`
    const nth = served.get(endpoint) ?? 0
    served.set(endpoint, nth + 1)
    const pace = drawPace(seededRandom(seed, 'pace', endpoint, nth), practiceSpeed(provider, model))
    return paced(reply, pace, tokens)
  }

  return {
    answer(request, facts, dialect) {
      const { provider, model } = facts
      const answer = answerOf({ ...request, model }, provider)
      const reply = request.stream ? dialect.stream(answer, facts, request) : dialect.whole(answer, facts)
      return atPace(reply, provider, model, answer.completionTokens)
    },
    answerWork(kind, body, facts) {
      const { provider, model } = facts
      refuseUnknown(model, provider)
      return atPace(workReply(kind, body, facts), provider, model, 0)
    },
    list: (provider, created) =>
      jsonReply(200, {
        object: 'list',
        data: (models.get(provider) ?? []).map((id) => ({
          id,
          object: 'model',
          created,
          owned_by: provider,
        })),
      }),
  }
}

function unknownModel(model: string, provider: string): MeritorderError {
  const message = `The model ${model} does not exist at the simulated provider ${provider}; GET /${provider}/v1/models lists what there is.`
  return new MeritorderError('not_found', message, { limit: 'model' })
}
