/** Which part of a reply some bytes are; faults aim at parts. `frame`: what announces or closes content and holds none. */
export type Part = 'whole' | 'frame' | 'content' | 'finish' | 'usage' | 'done'

export interface Write {
  readonly kind: 'write'
  readonly part: Part
  readonly bytes: Buffer
}

/**
 * What a provider does on the socket, in order; after the last step the reply ends properly.
 * `stall` leaves the connection open and silent, `cut` destroys it.
 */
export type Step =
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'head'; readonly status: number; readonly headers: Readonly<Record<string, string>> }
  | Write
  | { readonly kind: 'stall' }
  | { readonly kind: 'cut' }

export type Reply = readonly Step[]

/** Facts that every reply of one request repeats. */
export interface ReplyFacts {
  /** `sim-1`; dialects put their own prefix before it. */
  readonly id: string
  /** Unix seconds. */
  readonly created: number
  readonly provider: string
  readonly model: string
}

/** True for a reply that comes in events. */
export function isStream(reply: Reply): boolean {
  return reply.some(
    (step) => step.kind === 'head' && /event-?stream/.test(step.headers['content-type'] ?? ''),
  )
}

/** A JSON value as a whole reply. */
export function jsonReply(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return wholeReply(status, 'application/json', Buffer.from(JSON.stringify(value)), headers)
}

/** Bytes as a whole reply that states its length. */
export function wholeReply(
  status: number,
  contentType: string,
  bytes: Buffer,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  const stated = { 'content-type': contentType, 'content-length': String(bytes.length), ...headers }
  const write: Step = { kind: 'write', part: 'whole', bytes }
  return [{ kind: 'head', status, headers: stated }, ...(bytes.length > 0 ? [write] : [])]
}

/** The head of a stream. */
export function streamHead(contentType: string): Step {
  const headers = { 'content-type': contentType, 'cache-control': 'no-cache' }
  return { kind: 'head', status: 200, headers }
}

/** One server-sent event without a name, with a JSON value. */
export function eventStep(part: Part, value: unknown): Write {
  return { kind: 'write', part, bytes: Buffer.from(`data: ${JSON.stringify(value)}\n\n`) }
}

/** One server-sent event with a JSON value, named after its type. */
export function namedEvent(
  part: Part,
  value: { readonly type: string; readonly [field: string]: unknown },
): Write {
  return {
    kind: 'write',
    part,
    bytes: Buffer.from(`event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`),
  }
}
