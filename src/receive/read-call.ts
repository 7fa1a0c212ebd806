import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { MeritorderError } from '../errors.ts'
import { isObject } from '../json/is-object.ts'
import { findMembers } from '../json/json-members.ts'
import type { StorageMode } from '../storage-mode.ts'
import type { Call, Caller } from './call.ts'
import type { Dialect, Skin } from './dialects/dialect.ts'
import type { OwnPurpose } from './own-calls.ts'
import { type Preset, withPreset } from './presets.ts'
import { readStorage } from './read-storage.ts'
import { readTags } from './tags.ts'
import { withThinking } from './thinking.ts'
import { readWishes } from './wishes.ts'

export interface CallContext<S extends Skin = Dialect> {
  readonly dialect: S
  readonly caller: Caller
  readonly openRouterClient: boolean
  /** What the gateway itself makes this call for; absent where it came from outside. */
  readonly own?: OwnPurpose
  readonly maxDepth: number
  /** Values in a body; absent = any number. */
  readonly maxValues?: number
  readonly defaultPolicy: string
  /** How much is kept of calls; the caller's key and the call itself may say less. */
  readonly storage: StorageMode
  /** What callers may name instead of saying it. */
  readonly presets?: Readonly<Record<string, Preset>>
  /** Epoch ms at the request's arrival, and `performance.now()` when its body was there. */
  readonly receivedAt: number
  readonly startedAt: number
}

/**
 * Reads a request into a `Call`. Only the fields that Meritorder needs are checked;
 * everything else stays in the bytes and passes through. Where the call names a preset or `:thinking`, its bytes are those
 * of the body that this stands for.
 *
 * @throws MeritorderError `invalid_request` naming the field that is wrong; `not_found` for an unknown preset.
 */
export function readCall<S extends Skin>(
  arrived: Buffer,
  headers: IncomingHttpHeaders,
  context: CallContext<S>,
): Call<S> {
  const found = findMembers(arrived, context.maxDepth, context.maxValues)
  const said = parseObject(arrived)
  const body = withThinking(withPreset(said, context.presets ?? {}, context.dialect), context.dialect)
  const bytes = body === said ? arrived : Buffer.from(JSON.stringify(body))
  const members = body === said ? found : findMembers(bytes, context.maxDepth)
  const request = context.dialect.readRequest(body) as ReturnType<S['readRequest']>
  const { stream_options: options, usage } = body
  // OpenRouter's own clients are always told; others when they ask as its older clients did.
  const wantsCost = context.openRouterClient || (isObject(usage) && usage.include === true)
  return {
    id: newGenerationId(context.receivedAt),
    receivedAt: context.receivedAt,
    startedAt: context.startedAt,
    caller: context.caller,
    dialect: context.dialect,
    openRouterClient: context.openRouterClient,
    bytes,
    members,
    request,
    body,
    ownHeaders: ownHeaders(headers, context.dialect),
    stream: body.stream === true,
    wantsUsage: wantsCost || (isObject(options) && options.include_usage === true),
    wantsCost,
    wantsMetadata: headers['x-openrouter-metadata'] === 'enabled',
    wishes: readWishes(body, headerText(headers['x-meritorder-policy']), context.defaultPolicy),
    storage: readStorage(headers['x-meritorder-storage'], context.caller.storage ?? context.storage),
    ...readTimeout(headers['x-meritorder-timeout']),
    ...(context.own === undefined ? {} : { own: context.own }),
    tags: readTags(body, headers),
  }
}

/** Nobody waits longer than a day. */
const MAX_TIMEOUT_SECONDS = 86_400

/** `x-meritorder-timeout`, seconds. @throws MeritorderError `invalid_request` */
function readTimeout(header: string | string[] | undefined): { timeoutMs?: number } {
  if (header === undefined) return {}
  const seconds = Number(header)
  if (header !== '' && seconds > 0 && seconds <= MAX_TIMEOUT_SECONDS) return { timeoutMs: seconds * 1000 }
  const most = `a number of seconds above 0 and up to ${MAX_TIMEOUT_SECONDS}`
  throw new MeritorderError('invalid_request', `The header x-meritorder-timeout must be ${most}.`, {
    limit: 'x-meritorder-timeout',
  })
}

const NO_HEADERS: Readonly<Record<string, string>> = {}

function ownHeaders(headers: IncomingHttpHeaders, { ownHeaders: names }: Skin) {
  if (names === undefined) return NO_HEADERS
  const own: Record<string, string> = {}
  for (const name of names) {
    const value = headerText(headers[name])
    if (value !== undefined) own[name] = value
  }
  return own
}

let newest = 0

/** `gen-` + 12 hex digits of the time + 20 random ones: sorts by time, also where the clock is set back; cannot be guessed. */
function newGenerationId(now: number): string {
  newest = Math.max(newest, now)
  return `gen-${newest.toString(16).padStart(12, '0')}${nextRandomHex()}`
}

/** Random bytes are drawn for many ids at once: one system call per id would be a tenth of the hot path. */
const POOL_BYTES = 4000
const ID_BYTES = 10
let pool = Buffer.alloc(0)
let used = 0

function nextRandomHex(): string {
  if (used + ID_BYTES > pool.length) {
    pool = randomBytes(POOL_BYTES)
    used = 0
  }
  used += ID_BYTES
  return pool.toString('hex', used - ID_BYTES, used)
}

function parseObject(bytes: Buffer): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 200) : 'syntax error'
    throw new MeritorderError('invalid_request', `The body is not valid JSON: ${reason}`, { limit: 'body' })
  }
  if (isObject(value)) return value
  throw new MeritorderError('invalid_request', 'The body must be a JSON object.', { limit: 'body' })
}

function headerText(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
