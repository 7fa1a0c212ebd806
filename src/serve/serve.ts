import type { IncomingMessage, ServerResponse } from 'node:http'
import { decideWork } from '../decide/decide-work.ts'
import { type DispatchContext, dispatch } from '../dispatch/dispatch.ts'
import { explainDecision } from '../explain/decision-json.ts'
import type { Call } from '../receive/call.ts'
import type { Dialect, Skin } from '../receive/dialects/dialect.ts'
import { embeddings } from '../receive/dialects/embeddings.ts'
import { rerank } from '../receive/dialects/rerank.ts'
import { isOpenRouterPath, sendJson } from '../receive/http-server.ts'
import { ownDoor } from '../receive/own-calls.ts'
import { readCall } from '../receive/read-call.ts'
import { takeIn } from '../receive/take-in.ts'
import { noteSignals } from '../signals/note-signals.ts'
import { countToolCalls } from '../tool-calls/count-tool-calls.ts'
import { measureEmbeddings, measureRerank } from '../understand/measure.ts'
import type { Work } from '../understand/work.ts'
import { choose } from './choose.ts'
import { deliveryOf } from './delivery.ts'
import type { House, Rules } from './house.ts'
import { recall } from './recall.ts'

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
  const delivery = deliveryOf(house, rules, call, prompt, decision, reply)
  const answer = await dispatch(call, decision, delivery, house.dispatch)
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
  await dispatch(call, decision, deliveryOf(house, rules, call, measured, decision, reply), context)
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
