import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes, scryptSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { MeritorderError } from '../errors.ts'
import { replaceFile } from '../files/replace-file.ts'

/** A key that `meritorder keys add` took. A secret: never log it. */
export interface StoredKey {
  /** Slug. */
  readonly provider: string
  /** The host of the provider's address when it was added, places included; the key goes nowhere else. */
  readonly host: string
  readonly key: string
}

/** Where the keys of a data folder lie. */
export function keyStorePath(dataFolder: string): string {
  return join(dataFolder, 'keys.json')
}

/** RFC 7914's scrypt at 32 MiB: some 100 ms, once a start. */
const SCRYPT = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 2 ** 20 }
const FORMAT = 'meritorder-keys-1'

const base64 = z.base64().max(4_000_000)
const fileSchema = z.strictObject({
  format: z.literal(FORMAT),
  salt: base64,
  check: base64,
  nonce: base64,
  tag: base64,
  data: base64,
})
const contentSchema = z.array(z.strictObject({ provider: z.string(), host: z.string(), key: z.string() }))

/**
 * The stored keys; none where there is no store.
 *
 * @throws MeritorderError `permission_denied` without the master key or with a wrong one, `unprocessable` when the file was
 * changed or damaged.
 */
export function readKeyStore(dataFolder: string, masterKey: string | undefined): StoredKey[] {
  const path = keyStorePath(dataFolder)
  const text = readIfThere(path)
  if (text === undefined) return []
  const file = fileSchema.safeParse(parsed(text))
  if (!file.success) throw damaged(path)
  const { format, salt, check, nonce, tag, data } = file.data
  const secrets = derive(requiredMasterKey(masterKey, path), Buffer.from(salt, 'base64'))
  if (!secrets.check.equals(Buffer.from(check, 'base64')))
    throw new MeritorderError(
      'permission_denied',
      `MERITORDER_MASTER_KEY is not the master key that ${path} was made with. Set that one, or move the file away and add the keys again.`,
    )
  try {
    const decipher = createDecipheriv('aes-256-gcm', secrets.key, Buffer.from(nonce, 'base64'))
    decipher.setAAD(Buffer.from(`${format}${salt}${check}`))
    decipher.setAuthTag(Buffer.from(tag, 'base64'))
    const content = Buffer.concat([decipher.update(Buffer.from(data, 'base64')), decipher.final()])
    return contentSchema.parse(JSON.parse(content.toString('utf8')))
  } catch {
    throw damaged(path)
  }
}

/**
 * Replaces the stored keys, encrypted with AES-256-GCM under a key that scrypt derives from the master key and a new salt.
 *
 * @throws MeritorderError `permission_denied` without a master key.
 */
export function writeKeyStore(
  dataFolder: string,
  masterKey: string | undefined,
  keys: readonly StoredKey[],
): void {
  const path = keyStorePath(dataFolder)
  const salt = randomBytes(16)
  const secrets = derive(requiredMasterKey(masterKey, path), salt)
  const head = { format: FORMAT, salt: salt.toString('base64'), check: secrets.check.toString('base64') }
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', secrets.key, nonce)
  cipher.setAAD(Buffer.from(`${head.format}${head.salt}${head.check}`))
  const data = Buffer.concat([cipher.update(JSON.stringify(keys), 'utf8'), cipher.final()])
  const rest = { nonce, tag: cipher.getAuthTag(), data }
  const encoded = Object.fromEntries(
    Object.entries(rest).map(([name, bytes]) => [name, bytes.toString('base64')]),
  )
  replaceFile(path, `${JSON.stringify({ ...head, ...encoded }, null, 2)}\n`, 0o600)
}

/** What a key is called where people see it: the first 12 hex digits of its SHA-256. */
export function fingerprint(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 12)
}

/** The key of the cipher, and a value that tells a wrong master key from a damaged file. */
function derive(masterKey: string, salt: Buffer): { readonly key: Buffer; readonly check: Buffer } {
  const secret = scryptSync(masterKey, salt, 32, SCRYPT)
  const part = (purpose: string) => Buffer.from(hkdfSync('sha256', secret, salt, purpose, 32))
  return { key: part('encryption'), check: part('check') }
}

const SHORTEST_MASTER_KEY = 16

function requiredMasterKey(masterKey: string | undefined, path: string): string {
  if (masterKey !== undefined && masterKey.length >= SHORTEST_MASTER_KEY) return masterKey
  throw new MeritorderError(
    'permission_denied',
    `${path} is encrypted: set MERITORDER_MASTER_KEY to its master key, of at least ${SHORTEST_MASTER_KEY} characters (a new one: openssl rand -base64 32).`,
  )
}

function damaged(path: string): MeritorderError {
  return new MeritorderError(
    'unprocessable',
    `${path} was changed or damaged, so none of its keys is used. Restore it, or move it away and add the keys again.`,
  )
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
