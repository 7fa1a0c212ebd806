import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duels } from './compare/duels.ts'
import type { Config } from './config/schema.ts'
import type { Conversations } from './conversations/conversations.ts'
import type { CandidateTable } from './decide/candidate-table.ts'
import type { Conversation } from './decide/conversation.ts'
import { decide } from './decide/decide.ts'
import { decideWork } from './decide/decide-work.ts'
import type { Candidate, Decision } from './decide/decision.ts'
import type { Policy } from './decide/policy.ts'
import { qualityMatters } from './decide/quality-matters.ts'
import type { Answer } from './dispatch/answer.ts'
import type { CountTokens } from './dispatch/count-tokens.ts'
import { type Delivery, type DispatchContext, dispatch } from './dispatch/dispatch.ts'
import type { KeyRing } from './dispatch/key-ring.ts'
import type { DriftBoard } from './drift-board.ts'
import type { FindVector } from './embedders/live-vectors.ts'
import { MeritorderError } from './errors.ts'
import { explainDecision } from './explain/decision-json.ts'
import { openRouterMetadata } from './explain/openrouter-metadata.ts'
import { isObject } from './is-object.ts'
import type { LiveExperience } from './live-experience.ts'
import type { HealthBoard } from './market/health.ts'
import { formatUsd } from './money.ts'
import { recall } from './recall.ts'
import type { Admission } from './receive/admission.ts'
import type { Call } from './receive/call.ts'
import type { Dialect, Skin } from './receive/dialects/dialect.ts'
import { type EmbeddingsSkin, embeddings } from './receive/dialects/embeddings.ts'
import { type RerankSkin, rerank } from './receive/dialects/rerank.ts'
import { isOpenRouterPath, sendJson } from './receive/http-server.ts'
import { type OwnCalls, ownDoor } from './receive/own-calls.ts'
import { readCall } from './receive/read-call.ts'
import { shortenCall } from './receive/shorten-call.ts'
import { takeIn } from './receive/take-in.ts'
import { composeGeneration, type Understood } from './record/compose-generation.ts'
import { type Fingerprint, packVector } from './record/fingerprint.ts'
import type { Recorder } from './record/recorder.ts'
import { withoutWords } from './record/without-words.ts'
import { noteSignals } from './signals/note-signals.ts'
import type { Repeats } from './signals/repeats.ts'
import { countToolCalls } from './tool-calls/count-tool-calls.ts'
import type { IntentArtifact } from './understand/artifact.ts'
import type { Embedder } from './understand/embedder.ts'
import { measureEmbeddings, measureRerank } from './understand/measure.ts'
import type { Prompt } from './understand/prompt.ts'
import { estimateTokens } from './understand/tokens.ts'
import { understand } from './understand/understand.ts'
import type { Work } from './understand/work.ts'

/** What may change while the gateway runs; replaced as a whole, so that a running call keeps the plan it began with. */
export interface Rules {
  readonly config: Config
  readonly table: CandidateTable
  /** The same without the predictor, for prompts that it cannot be asked about. */
  readonly unlearned: CandidateTable
  /** Text space of the predictor, where one is in force. */
  readonly space: Embedder | undefined
  readonly policies: Readonly<Record<string, Policy>>
  /** Provider keys, and which of them rest. */
  readonly keys: KeyRing
}

/** Everything the trip of a prompt needs. */
export interface House {
  readonly rules: Rules
  readonly admission: Admission
  readonly ownCalls: OwnCalls
  readonly intents: IntentArtifact
  /** Where conversations have been answered. */
  readonly conversations: Conversations
  readonly health: Pick<HealthBoard, 'calledTools'>
  readonly dispatch: DispatchContext
  readonly embeddings: DispatchContext<EmbeddingsSkin>
  readonly rerank: DispatchContext<RerankSkin>
  readonly countTokens: CountTokens
  readonly recorder: Recorder
  /** Which calls of late asked the same. */
  readonly repeats: Repeats
  /** Hash of messages that are not kept themselves; undefined while none can be made. */
  readonly hashPrompt: (messages: unknown) => string | undefined
  readonly findVector: FindVector
  readonly experience: LiveExperience
  readonly drift: DriftBoard
  /** Epoch ms that never go back. */
  readonly now: () => number
  readonly random: () => number
  /** Where they are configured. */
  readonly duels?: Duels
}

/** The trip of a prompt, from an application to the model best suited to it and back: the product, read aloud. */
export async function serveChat(
  house: House,
  dialect: Dialect,
  request: IncomingMessage,
  reply: ServerResponse,
): Promise<void> {
  const { rules } = house
  const arrived = await receive(house, rules, dialect, request, reply)
  const received = await recall(arrived, rules.config, house.recorder)
  const conversation = house.conversations.of(received)
  const { call, prompt, decision } = await choose(house, rules, received, conversation.known, false)
  const handOver = delivery(house, rules, call, prompt, decision, reply)
  const answer = await dispatch(call, decision, handOver, house.dispatch)
  conversation.remember(answer)
  const toolCallsValid = countToolCalls(house.health, received.request.tools, answer)
  noteSignals(house.recorder, house.repeats, received, answer, toolCallsValid)
  house.duels?.consider({ call, prompt, decision, answer, head: request.headers })
}

/** The trip of texts to their vectors. */
export function serveEmbeddings(
  house: House,
  request: IncomingMessage,
  reply: ServerResponse,
): Promise<void> {
  return serveWork(house, embeddings, measureEmbeddings, house.embeddings, request, reply)
}

/** The trip of documents to their ranking. */
export function serveRerank(house: House, request: IncomingMessage, reply: ServerResponse): Promise<void> {
  return serveWork(house, rerank, measureRerank, house.rerank, request, reply)
}

/** The same trip for calls that name their model: there is nothing to understand, only a host to be found. */
async function serveWork<S extends Skin>(
  house: House,
  skin: S,
  measure: (request: Call<S>['request']) => Work,
  context: DispatchContext<S>,
  request: IncomingMessage,
  reply: ServerResponse,
): Promise<void> {
  const { rules } = house
  const call = await receive(house, rules, skin, request, reply)
  const work = measure(call.request)
  const decision = decideWork(work, call.wishes, rules.table, {
    policies: rules.policies,
    now: call.receivedAt,
    random: house.random,
    exploredEndpoints: rules.config.policy.endpoint_exploration,
  })
  const measured = { ...NOTHING_UNDERSTOOD, tokens: work.tokens }
  await dispatch(call, decision, delivery(house, rules, call, measured, decision, reply), context)
}

const NOTHING_UNDERSTOOD = { language: 'und', codeShare: 0, intents: [], artifact: '' }

/** The decision without the call: what would be chosen for this prompt, and why. */
export async function serveRoute(
  house: House,
  dialect: Dialect,
  request: IncomingMessage,
  reply: ServerResponse,
): Promise<void> {
  const { rules } = house
  const call = await receive(house, rules, dialect, request, reply)
  const { known } = house.conversations.of(call)
  const { prompt, decision } = await choose(house, rules, call, known, true)
  sendJson(reply, 200, explainDecision(prompt, decision))
}

/**
 * How long a prompt is for the model that would be chosen for it, in Anthropic's shape: as its host counts, else as we
 * estimate, which a header says. Nothing is recorded: nothing was bought.
 */
export async function serveTokenCount(
  house: House,
  dialect: Dialect,
  request: IncomingMessage,
  reply: ServerResponse,
): Promise<void> {
  const { rules } = house
  const call = await receive(house, rules, dialect, request, reply)
  const { known } = house.conversations.of(call)
  const { prompt, decision } = await choose(house, rules, call, known, false)
  const [candidate] = decision.ranked
  const apiKey = candidate && rules.keys.keysOf(candidate.provider.slug)[0]
  const counted =
    candidate && (await house.countTokens({ call, candidate, ...(apiKey === undefined ? {} : { apiKey }) }))
  sendJson(
    reply,
    200,
    { input_tokens: counted ?? prompt.tokens },
    {
      ...(counted === undefined && { 'x-meritorder-estimated': 'true' }),
      ...(candidate && { 'x-meritorder-model': encodeURI(candidate.endpoint.model) }),
    },
  )
}

async function receive<S extends Skin>(
  { admission, ownCalls, now }: House,
  { config }: Rules,
  dialect: S,
  request: IncomingMessage,
  reply: ServerResponse,
): Promise<Call<S>> {
  const receivedAt = now()
  const own = ownCalls.purposeOf(request.headers)
  const door = own === undefined ? admission : ownDoor(own, admission)
  const { caller, bytes } = await takeIn(request, reply, config.server, door)
  // The upload is the caller's time; what counts from here on is ours and the provider's.
  const startedAt = performance.now()
  return readCall(bytes, request.headers, {
    dialect,
    caller,
    openRouterClient: isOpenRouterPath(request.url),
    ...(own === undefined ? {} : { own }),
    maxDepth: config.server.max_depth,
    maxValues: config.server.max_values,
    defaultPolicy: config.policy.default,
    presets: config.presets,
    storage: config.record.storage,
    receivedAt,
    startedAt,
  })
}

/** A call with what was understood and decided about it. */
interface Chosen {
  readonly call: Call
  readonly prompt: Prompt
  readonly decision: Decision
}

/** @param explains looks at prompts of calls that name their model, too, although nothing turns on it. */
async function choose(
  house: House,
  rules: Rules,
  call: Call,
  conversation: Conversation | undefined,
  explains: boolean,
): Promise<Chosen> {
  const { request, wishes, receivedAt } = call
  const { config, policies, space, table, unlearned } = rules
  const matters = qualityMatters(wishes, policies)
  const found = matters ? await house.findVector(request, space) : {}
  const isRead = matters || explains
  const prompt = understand(request, house.intents, isRead ? space : undefined, found.vector, isRead)
  const experience = house.experience.see(prompt)
  const isUnread = matters && prompt.traits === undefined
  const baselineModel = config.policy.baseline_model
  const decideOn = (halved: boolean) =>
    decide(prompt, wishes, isUnread ? unlearned : table, {
      policies,
      now: receivedAt,
      random: house.random,
      // Who asks what would be chosen gets the choice, not a trial.
      exploredEndpoints: explains ? 0 : config.policy.endpoint_exploration,
      halved,
      experience,
      ...(baselineModel === undefined ? {} : { baselineModel }),
      ...(conversation && { conversation }),
      ...(found.problem !== undefined && { unlearned: found.problem }),
    })
  try {
    return { call, prompt, decision: decideOn(false) }
  } catch (error) {
    const isTooLong = error instanceof MeritorderError && error.code === 'context_length_exceeded'
    const shorter = isTooLong && wishes.compress ? shorten(call, prompt, decideOn(true)) : undefined
    if (shorter === undefined) throw error
    return shorter
  }
}

/** Our count of tokens is an estimate: this much of a window is filled. */
const FILLED = 0.9

/** The call made to fit the window of the first choice; those with smaller windows are passed over. */
function shorten(call: Call, prompt: Prompt, decision: Decision): Chosen | undefined {
  const windowOf = ({ endpoint }: Candidate) => endpoint.contextTokens ?? Infinity
  const holdsPrompt = ({ endpoint }: Candidate) => endpoint.maxPromptTokens ?? Infinity
  const [first] = decision.ranked
  if (first === undefined) return undefined
  const room = prompt.needs.maxCompletionTokens ?? decision.expectedCompletionTokens
  const most = Math.min(windowOf(first) * FILLED - room, holdsPrompt(first) * FILLED)
  const shorter = shortenCall(call, (request) => estimateTokens(request) <= most)
  if (shorter === undefined) return undefined
  const ranked = decision.ranked.filter(
    (candidate) => windowOf(candidate) >= windowOf(first) && holdsPrompt(candidate) >= holdsPrompt(first),
  )
  const tokens = estimateTokens(shorter.request)
  return { call: shorter, prompt: { ...prompt, tokens }, decision: { ...decision, ranked } }
}

/** What belongs to this one call on its way out and back. */
function delivery(
  house: House,
  rules: Rules,
  call: Call<Skin>,
  understood: Understood,
  decision: Decision,
  reply: ServerResponse,
): Delivery {
  return {
    reply,
    keys: rules.keys,
    promptTokens: understood.tokens,
    headers: (served, answer) => explainingHeaders(call, served, answer),
    seal: (answer) => record(house, call, understood, decision, answer),
    ...(call.wantsMetadata ? { metadata: (answer: Answer) => openRouterMetadata(decision, answer) } : {}),
  }
}

/** Resolves when the record is as durable as the configuration asks for. A loss is counted and logged by the recorder; the caller still gets the answer. */
async function record(
  house: House,
  call: Call<Skin>,
  understood: Understood,
  decision: Decision,
  answer: Answer,
): Promise<void> {
  const [intent] = understood.intents
  if (intent !== undefined && call.own === undefined) house.drift.noteIntent(intent.intent, call.caller.name)
  if (call.storage === 'off') return
  const { whole } = answer
  const kept = call.body.store === true && whole ? call.dialect.stored?.kept(call.body, whole) : undefined
  const fingerprint = call.storage === 'hashed' ? fingerprintOf(house, call, understood) : undefined
  const recorded = {
    generation: composeGeneration(call, understood, decision, answer),
    request: call.bytes,
    answer: answer.text,
    ...(kept === undefined ? {} : { response: kept }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
  }
  await house.recorder.append(call.storage === 'full' ? recorded : await withoutWords(recorded))
}

/** Of what says nothing there is nothing to learn from. */
function fingerprintOf(
  { hashPrompt, intents }: House,
  { request }: Call<Skin>,
  { embedding, shape }: Understood,
): Fingerprint | undefined {
  if (embedding === undefined || !isObject(request)) return undefined
  const promptHash = hashPrompt(request.messages)
  if (promptHash === undefined) return undefined
  return {
    promptHash,
    embedder: intents.embedder.id,
    embedding: packVector(embedding),
    shape: shape ? packVector(shape) : null,
  }
}

function explainingHeaders(
  call: Call<Skin>,
  served: Candidate,
  answer: Answer | undefined,
): Record<string, string> {
  const { model, provider } = served.endpoint
  const headers: Record<string, string> = {
    // A slug of one's own may hold any character; a header may not.
    'x-meritorder-model': encodeURI(model),
    'x-meritorder-provider': encodeURI(provider),
    'x-meritorder-generation-id': call.id,
    'x-generation-id': call.id,
    ...(call.dialect.idHeader === undefined ? {} : { [call.dialect.idHeader]: call.id }),
  }
  // What a stream has cost is known only at its end; its head can tell no more than the estimate.
  if (answer?.bill !== undefined) headers['x-meritorder-cost'] = formatUsd(answer.bill.total)
  else if (served.costUsd !== undefined)
    headers['x-meritorder-estimated-cost'] = served.costUsd.toPrecision(3)
  return headers
}
