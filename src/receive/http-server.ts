import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { MeritorderError } from '../errors.ts'

/** Values of a path's `{names}`, decoded. */
export type PathParams = Readonly<Record<string, string>>

/** Answers one request; whatever it throws is answered by `onError`. */
export type Handler = (
  request: IncomingMessage,
  reply: ServerResponse,
  params: PathParams,
) => Promise<void> | void

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /**
   * Path below `/v1`, for example `/chat/completions` or `/responses/{id}`; also served below `/api/v1`. `/health`, `/ready`
   * and what begins with `/compat/`, other products' own APIs, stand alone. A `{name}` stands for one segment; a path
   * without any wins.
   */
  readonly path: string
  readonly handle: Handler
}

export interface HttpServer {
  /** `http://127.0.0.1:4141` */
  readonly url: string
  /**
   * Takes no new connections, waits up to `graceMs` for what runs, then has `endCalls` end it in order, and cuts what is not gone
   * soon after. Resolves when every handler has come to its end, but for those that do not.
   */
  close(graceMs: number, endCalls?: () => void): Promise<void>
}

/** Slow or endless senders are cut: headers within 10 s and 16 KB; a whole request within 5 minutes, whatever reads it. */
const HEADERS_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 300_000
/** How often that is looked at; Node's own 30 s would let a sender of nothing stay for 40. */
const CHECK_MS = 2_000
const MAX_HEADER_BYTES = 16 * 1024
const KEEP_ALIVE_MS = 65_000
/** Until a call that is ended has told its caller so. */
const LAST_WORDS_MS = 2_000

/**
 * Listens on `host:port` (0 = any free port) and hands each request to the route of its path.
 *
 * @throws MeritorderError `server` when the port cannot be had.
 */
export async function listen(options: {
  readonly host: string
  readonly port: number
  readonly routes: readonly Route[]
  readonly onError: (error: unknown, request: IncomingMessage, reply: ServerResponse) => void
}): Promise<HttpServer> {
  const table = routeTable(options.routes)
  const traffic = createTraffic()
  const serve = (request: IncomingMessage, reply: ServerResponse) => {
    traffic.began(reply)
    handle(request, reply, table)
      .catch((error: unknown) => options.onError(error, request, reply))
      .finally(traffic.handled)
  }
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      noDelay: true,
    },
    serve,
  )
  // Who waits to be told that his body is welcome is told so by whoever reads it.
  server.on('checkContinue', serve)
  server.on('clientError', refuseMalformed)
  await bind(server, options.host, options.port)
  const { address, family, port } = server.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    close: (graceMs, endCalls) => closeServer(server, traffic, graceMs, endCalls),
  }
}

async function handle(request: IncomingMessage, reply: ServerResponse, table: RouteTable): Promise<void> {
  const target = request.url ?? '/'
  const query = target.indexOf('?')
  const path = query < 0 ? target : target.slice(0, query)
  const found = findRoute(table, path)
  if (found === undefined)
    throw new MeritorderError(
      'not_found',
      `There is no ${path.slice(0, 200)} here. See /v1/models, /v1/chat/completions, /v1/route.`,
    )
  const { methods, params } = found
  const handler = methods.get(request.method ?? '')
  if (handler === undefined)
    throw new MeritorderError(
      'invalid_request',
      `${path.slice(0, 200)} takes ${[...methods.keys()].join(' or ')}, not ${request.method}.`,
      { status: 405, headers: { allow: [...methods.keys()].join(', ') } },
    )
  await handler(request, reply, params)
}

/** What is no HTTP, or has too large a head, gets the error shape too, as far as the connection allows. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  // As Node's own handler looks at it: behind the head of a reply, what is written would be taken for some of that reply.
  const { _httpMessage: reply } = socket as Duplex & { readonly _httpMessage?: ServerResponse | null }
  if (!socket.writable || error.code === 'ECONNRESET' || reply?.headersSent === true) {
    socket.destroy()
    return
  }
  const [status, reason, message] = MALFORMED[error.code ?? ''] ?? [
    400,
    'Bad Request',
    'This is no valid HTTP request.',
  ]
  const metadata = { error_type: 'invalid_request' }
  const body = JSON.stringify({
    error: { message, type: 'invalid_request_error', param: null, code: status, metadata },
  })
  const answer = `HTTP/1.1 ${status} ${reason}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  // Nothing else ends a connection whose other side keeps it half open.
  socket.end(answer, () => socket.destroy())
}

const MALFORMED: Readonly<Record<string, readonly [status: number, reason: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: [
    431,
    'Request Header Fields Too Large',
    `The head of the request is larger than ${MAX_HEADER_BYTES} bytes.`,
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'The request did not arrive in time.'],
}

type Methods = ReadonlyMap<string, Handler>

interface RouteTable {
  readonly plain: ReadonlyMap<string, Methods>
  /** Paths with `{names}`, by their segments. */
  readonly patterns: readonly { readonly segments: readonly string[]; readonly methods: Methods }[]
}

function routeTable(routes: readonly Route[]): RouteTable {
  const table = new Map<string, Map<string, Handler>>()
  for (const { method, path, handle } of routes)
    for (const full of fullPaths(path)) {
      const methods = table.get(full) ?? new Map<string, Handler>()
      table.set(full, methods.set(method, handle))
    }
  const isPattern = ([path]: readonly [string, Methods]) => path.includes('{')
  const patterns = [...table].filter(isPattern)
  return {
    plain: new Map([...table].filter((one) => !isPattern(one))),
    patterns: patterns.map(([path, methods]) => ({ segments: path.split('/'), methods })),
  }
}

function findRoute(table: RouteTable, path: string): { methods: Methods; params: PathParams } | undefined {
  const methods = table.plain.get(path)
  if (methods !== undefined) return { methods, params: {} }
  const given = path.split('/')
  const found = table.patterns.find(
    ({ segments }) =>
      segments.length === given.length &&
      segments.every((segment, i) => (segment.startsWith('{') ? given[i] !== '' : segment === given[i])),
  )
  return found && { methods: found.methods, params: readParams(found.segments, given) }
}

function readParams(segments: readonly string[], given: readonly string[]): PathParams {
  const named = segments.flatMap((segment, i) =>
    segment.startsWith('{') ? [[segment.slice(1, -1), given[i]!] as const] : [],
  )
  try {
    return Object.fromEntries(named.map(([name, value]) => [name, decodeURIComponent(value)]))
  } catch {
    throw new MeritorderError('invalid_request', 'The path has a % that does not begin an encoded byte.')
  }
}

function fullPaths(path: string): readonly string[] {
  if (path === '/health' || path === '/ready') return [path]
  // A client that is given a base address posts to it with a slash or without.
  return path.startsWith('/compat/') ? [path, `${path}/`] : [`/v1${path}`, `/api/v1${path}`]
}

function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'something else listens there already' : error.message
      reject(
        new MeritorderError(
          'server',
          `Cannot listen on ${host}:${port}: ${why}. Set server.port in meritorder.yaml.`,
          {
            limit: 'server.port',
            cause: error,
          },
        ),
      )
    })
    server.listen(port, host, () => {
      server.removeAllListeners('error')
      resolve()
    })
  })
}

/** What is under way. */
interface Traffic {
  began(reply: ServerResponse): void
  handled(): void
  /** Resolves when every handler has ended and every reply is closed; from then on replies close their connections. */
  quiet(): Promise<void>
}

function createTraffic(): Traffic {
  let handlers = 0
  let replies = 0
  let quiet: (() => void) | undefined
  const look = () => {
    if (handlers === 0 && replies === 0) quiet?.()
  }
  const closed = () => {
    replies--
    look()
  }
  return {
    began(reply) {
      handlers++
      replies++
      reply.once('close', closed)
      if (quiet !== undefined) reply.shouldKeepAlive = false
    },
    handled() {
      handlers--
      look()
    },
    quiet: () =>
      new Promise((resolve) => {
        quiet = resolve
        look()
      }),
  }
}

async function closeServer(
  server: Server,
  traffic: Traffic,
  graceMs: number,
  endCalls: () => void = () => {},
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // Whoever keeps a connection alive without a call is not waited for.
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  const quiet = traffic.quiet()
  if (!(await within(quiet, graceMs))) {
    endCalls()
    await within(quiet, LAST_WORDS_MS)
  }
  clearInterval(sweep)
  server.closeAllConnections()
  await within(
    Promise.all([closed, quiet]).then(() => {}),
    LAST_WORDS_MS,
  )
}

/** True when it has happened in time. */
async function within(event: Promise<void>, ms: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>()
  const timer = setTimeout(resolve, ms, false)
  const inTime = await Promise.race([event.then(() => true as const), late])
  clearTimeout(timer)
  return inTime
}

/** True for the paths that OpenRouter's clients ask for. */
export function isOpenRouterPath(url: string | undefined): boolean {
  return url?.startsWith('/api/') ?? false
}

/** Answers with a JSON value. */
export function sendJson(
  reply: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  const body = Buffer.from(JSON.stringify(value))
  reply.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length, ...headers })
  reply.end(body)
}
