import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { MeritorderError } from '../errors.ts'
import type { Caller } from './call.ts'

/** A key that callers may present, kept only as its hash. */
export interface CallerKey extends Caller {
  /** SHA-256 of the key, in hex. */
  readonly sha256: string
}

/** Everybody, where no keys are configured. */
export const LOCAL: Caller = { name: 'local' }
const LOOPBACK_PEER = /^(::ffff:)?127(\.\d{1,3}){3}$|^::1$/
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i

/**
 * Finds out who calls. Without configured keys everybody on this machine may, but nobody else, and no web page: a
 * foreign `Host` (DNS rebinding) or `Origin` (cross-site request) is refused.
 *
 * @param peer the address that the connection comes from
 * @throws MeritorderError `authentication` or `permission_denied`.
 */
export function authenticate(
  headers: IncomingHttpHeaders,
  peer: string | undefined,
  keys: readonly CallerKey[],
): Caller {
  if (keys.length === 0) {
    refuseStrangers(headers, peer)
    return LOCAL
  }
  const presented = presentedKeys(headers)
  if (presented.length === 0)
    throw new MeritorderError(
      'authentication',
      'Send your Meritorder key as "Authorization: Bearer <key>" or as "x-api-key: <key>".',
    )
  // Every key is compared, in constant time, so that timing tells nothing about which exist.
  let found: Caller | undefined
  for (const { hash, caller } of readKeys(keys))
    for (const own of presented) if (timingSafeEqual(own, hash)) found = caller
  if (found !== undefined) return found
  throw new MeritorderError(
    'authentication',
    'This key is not known here. Check it, or ask who runs this gateway.',
  )
}

interface ReadKey {
  readonly hash: Buffer
  readonly caller: Caller
}

/** Keys are read once: every call is compared with all of them. */
const read = new WeakMap<readonly CallerKey[], readonly ReadKey[]>()

function readKeys(keys: readonly CallerKey[]): readonly ReadKey[] {
  let known = read.get(keys)
  if (known === undefined) {
    known = keys.map(({ sha256, ...caller }) => ({ hash: Buffer.from(sha256, 'hex'), caller }))
    read.set(keys, known)
  }
  return known
}

/** Hashes of the keys in the head: OpenAI's clients send a bearer token, Anthropic's `x-api-key`, some both. */
function presentedKeys(headers: IncomingHttpHeaders): Buffer[] {
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1]
  return [bearer, headers['x-api-key']]
    .filter((key) => typeof key === 'string' && key !== '')
    .map((key) => createHash('sha256').update(String(key)).digest())
}

function refuseStrangers(headers: IncomingHttpHeaders, peer: string | undefined): void {
  const { host = '', origin } = headers
  const originHost = origin === undefined ? undefined : origin.replace(/^https?:\/\//i, '')
  if (
    LOOPBACK_PEER.test(peer ?? '') &&
    LOOPBACK.test(host) &&
    (originHost === undefined || LOOPBACK.test(originHost))
  )
    return
  throw new MeritorderError(
    'permission_denied',
    'Without keys this gateway answers only this machine, and no web pages of other sites. Configure server.keys in meritorder.yaml to open it.',
    { limit: 'server.keys' },
  )
}
