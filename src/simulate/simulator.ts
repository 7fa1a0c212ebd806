import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { MeritorderError } from '../errors.ts'
import { answerControl } from './control.ts'
import { createFaultBoard, type FaultBoard, type StandingOrder } from './fault-board.ts'
import type { FaultOrder } from './fault-order.ts'
import { type Fault, inflict } from './faults.ts'
import { chatCompletions } from './native/chat-completions.ts'
import type { NativeDialect } from './native/native-dialect.ts'
import { type NativeRoute, nativeRoute } from './native/routes.ts'
import { playReply } from './play-reply.ts'
import { createProviders, type Providers } from './providers.ts'
import type { Recording } from './recording.ts'
import type { Reply, ReplyFacts } from './reply.ts'
import { createRequestLog, type RequestLog, type SeenRequest } from './request-log.ts'
import { type WorkRoute, workModel, workRoute } from './work-reply.ts'

export interface SimulatorOptions {
  /** TCP port on 127.0.0.1; 0 or absent = any free one. */
  readonly port?: number
  /** Everything random follows from it: texts, speeds, which requests a fault's share hits. Default 1. */
  readonly seed?: number
  /** `real` (default): answers take the time drawn for their endpoint; `none`: they come at once. */
  readonly latency?: 'real' | 'none'
  /** Recorded answers, served by the provider `recorded`. */
  readonly recording?: Recording
  /** Epoch ms; default the system's clock. */
  readonly now?: () => number
}

/** A running simulator. */
export interface Simulator {
  /** `http://127.0.0.1:PORT`; a provider's base URL is `${url}/${provider}` and the base path of its family. */
  readonly url: string
  /** The latest chat requests, oldest first (at most 1,000, with at most 16 MB of bodies). */
  readonly seen: readonly SeenRequest[]
  /** Resolves with the next chat request that arrives. */
  nextRequest(): Promise<SeenRequest>
  /** Orders a fault; throws MeritorderError `invalid_request` that names the faults there are. */
  setFault(order: FaultOrder): void
  clearFaults(): void
  faults(): readonly StandingOrder[]
  counters: RequestLog['counters']
  /** Stops listening and drops every connection, silent ones too. */
  close(): Promise<void>
}

const MOST_BODY_BYTES = 256_000_000
const IDLE_CONNECTION_MS = 60_000

interface Room {
  readonly board: FaultBoard
  readonly log: RequestLog
  readonly providers: Providers
  readonly now: () => number
}

/**
 * Starts simulated providers on loopback that speak every native dialect (see native/routes.ts for the paths below
 * `/PROVIDER`, and `/PROVIDER/v1/models`): the providers of the practice market, `recorded` when a recording is given, and
 * any other name with any model (for tests that bring a catalog of their own). Faults come by model name (`MODEL!FAULT`, `MODEL!FAULT@SHARE`,
 * see FAULTS), by `setFault` or by control call (`/control`). Rejects with the system's error when the port is taken.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, seed = 1, latency = 'real', recording, now = Date.now } = options
  const board = createFaultBoard(seed, () => performance.now())
  const log = createRequestLog()
  const room = {
    board,
    log,
    now,
    providers: createProviders({ seed, latency, ...(recording && { recording }) }),
  }
  const server = createServer((request, response) => {
    serve(room, request, response).catch((error: unknown) => refuse(error, response))
  })
  server.keepAliveTimeout = IDLE_CONNECTION_MS
  server.on('connection', (socket) => {
    if (board.refusesConnection()) socket.resetAndDestroy()
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : port}`,
    seen: log.seen,
    nextRequest: log.next,
    setFault: board.order,
    clearFaults: board.clear,
    faults: board.standing,
    counters: log.counters,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

async function serve(room: Room, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('x-simulated', 'true')
  const { method = 'GET', url = '/' } = request
  const bytes = await readBody(request)
  const path = url.split('?', 1)[0] ?? '/'
  const listed = /^\/([^/]+)\/v1\/models$/.exec(path)?.[1]
  const route = nativeRoute(path)
  const work = workRoute(path)
  if (path.startsWith('/control')) {
    await playReply(answerControl(method, path, parseJson(bytes), room.board, room.log), response)
  } else if (method === 'GET' && listed !== undefined) {
    await playReply(room.providers.list(listed, Math.floor(room.now() / 1000)), response)
  } else if (method === 'POST' && (route ?? work) !== undefined) {
    const body = parseJson(bytes)
    const { model, fault, reply } =
      route === undefined ? planWork(room, work!, body) : planReply(room, route, body)
    const ended = playReply(reply, response)
    room.log.add({
      provider: (route ?? work!).provider,
      path: url,
      headers: request.headers,
      bytes,
      body,
      model,
      ...(fault && { fault }),
      ended,
    })
    await ended
  } else {
    const routes =
      'POST /PROVIDER/v1/chat/completions, /messages, /responses, /embeddings, /rerank, /v2/chat, /models/MODEL:generateContent, /model/MODEL/converse; GET /PROVIDER/v1/models, /control'
    throw new MeritorderError('not_found', `the simulator has no ${method} ${path}; it has ${routes}`)
  }
}

interface PlannedReply {
  readonly model: string
  readonly fault?: string
  readonly reply: Reply
}

function planReply(room: Room, { provider, dialect, target }: NativeRoute, body: unknown): PlannedReply {
  return plan(room, provider, dialect, () => {
    const request = dialect.readRequest(body, target)
    return {
      named: request.model,
      answer: (facts) => room.providers.answer(request, facts, dialect),
    }
  })
}

/** Embeddings and rankings are refused, and fail, in OpenAI's shape. */
function planWork(room: Room, { provider, kind }: WorkRoute, body: unknown): PlannedReply {
  return plan(room, provider, chatCompletions, () => ({
    named: workModel(body),
    answer: (facts) => room.providers.answerWork(kind, body, facts),
  }))
}

function plan(
  { board, log, now }: Room,
  provider: string,
  dialect: NativeDialect,
  read: () => { readonly named: string; readonly answer: (facts: ReplyFacts) => Reply },
): PlannedReply {
  let model = ''
  let fault: Fault | undefined
  const reply = orRefusal(dialect, () => {
    const { named, answer } = read()
    const [name = '', ordered] = named.split('!', 2)
    model = name
    const id = `sim-${log.counters().requests + 1}`
    const facts: ReplyFacts = { id, created: Math.floor(now() / 1000), provider, model }
    fault = ordered === undefined ? board.draw(provider, model) : board.drawNamed(ordered)
    const healthy = orRefusal(dialect, () => answer(facts))
    return fault === undefined ? healthy : inflict(fault, healthy, facts, dialect)
  })
  return { model, ...(fault && { fault: fault.name }), reply }
}

function orRefusal(dialect: NativeDialect, answer: () => Reply): Reply {
  try {
    return answer()
  } catch (error) {
    return refusalOf(error, dialect)
  }
}

/** What a provider replies to a call that it refuses; other errors are thrown on. */
function refusalOf(error: unknown, dialect: NativeDialect): Reply {
  if (!(error instanceof MeritorderError)) throw error
  const { status, message, detail } = error
  return dialect.refusal({ status, message, ...(detail.limit === undefined ? {} : { param: detail.limit }) })
}

function refuse(error: unknown, response: ServerResponse): void {
  if (!(error instanceof MeritorderError) || response.headersSent) response.destroy()
  else playReply(refusalOf(error, chatCompletions), response).catch(() => response.destroy())
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > MOST_BODY_BYTES) {
      throw new MeritorderError(
        'payload_too_large',
        `the simulator reads bodies up to ${MOST_BODY_BYTES} bytes`,
      )
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
