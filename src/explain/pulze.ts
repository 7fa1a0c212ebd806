import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Anchor, predictOutcomes } from '../decide/predictor/predictor.ts'
import { MeritorderError, replyHeaders } from '../errors.ts'
import { isObject } from '../json/is-object.ts'
import type { ChatRequest } from '../receive/chat-request.ts'
import { type Handler, sendJson } from '../receive/http-server.ts'
import { takeIn } from '../receive/take-in.ts'
import type { House, Rules } from '../serve/house.ts'
import type { IntentArtifact } from '../understand/artifact.ts'
import { understand } from '../understand/understand.ts'

/** What it takes to read a query. */
type Reader = Pick<House, 'admission' | 'intents' | 'findVector'>

/** So many hits Pulze's router gives unless it is told otherwise. */
const HITS = 10

/**
 * `POST {query}` as Pulze's open router (github.com/pulzeai-oss/knn-router) takes and answers it: `{hits, scores}`. Hits
 * are the most similar recorded prompts; scores are what the predictor in force expects of each of its models, best first.
 * Errors are lines of text, as there. Its `truncate_strategy` has no effect: a long text is read at both its ends.
 */
export function pulzeHandler(rules: () => Rules, reader: Reader): Handler {
  return async (request, reply) => {
    try {
      const { server } = rules().config
      const { bytes } = await takeIn(request, reply, server, reader.admission)
      const query = readQuery(bytes)
      const inForce = rules()
      const { vector, problem } = await reader.findVector(requestOf(query), inForce.space)
      if (problem !== undefined)
        throw new MeritorderError('server', `the query could not be read: ${problem}`, { status: 503 })
      sendJson(reply, 200, answer(query, inForce, reader.intents, vector))
    } catch (error) {
      if (!(error instanceof MeritorderError)) throw error
      sendText(reply, error)
    }
  }
}

function readQuery(body: Buffer): string {
  let payload: unknown
  try {
    payload = JSON.parse(body.toString('utf8'))
  } catch {
    payload = undefined
  }
  if (!isObject(payload)) throw new MeritorderError('invalid_request', 'failed to parse request body')
  const { query } = payload
  if (typeof query !== 'string' || query === '')
    throw new MeritorderError('invalid_request', 'query is required, a text')
  return query
}

function answer(
  query: string,
  { table, space }: Rules,
  intents: IntentArtifact,
  vector: Float32Array | undefined,
) {
  const { learned } = table.quality
  const { intentProbabilities, traits } = understand(requestOf(query), intents, space, vector)
  if (learned === undefined || traits === undefined)
    throw new MeritorderError(
      'server',
      'no predictor is in force here; make one with `meritorder import pulze` and `meritorder fit`',
      { status: 503 },
    )
  const { predictor, anchors } = learned
  const { quality, neighbours } = predictOutcomes(predictor, intentProbabilities, traits)
  return {
    hits: neighbours.anchors.slice(0, HITS).map((number, i) => {
      const anchor = anchors[number]!
      return { id: anchor.id, category: categoryOf(anchor, intents), similarity: neighbours.similarity[i]! }
    }),
    scores: predictor.models
      .map((target, m) => ({ target, score: quality[m]! }))
      .sort((a, b) => b.score - a.score),
  }
}

/** What its outcomes call it (Pulze's own category after an import), else its most probable intent. */
function categoryOf({ task, text }: Anchor, intents: IntentArtifact): string {
  return task ?? understand(requestOf(text), intents).intents[0]!.intent
}

function requestOf(text: string): ChatRequest {
  return { messages: [{ role: 'user', content: text }] }
}

function sendText(reply: ServerResponse<IncomingMessage>, error: MeritorderError): void {
  const { status, message } = error
  reply.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    ...replyHeaders(error),
  })
  reply.end(`${message}\n`)
}
