import { checksum } from '../checksum.ts'
import { MeritorderError } from '../errors.ts'
import { LANES } from '../simd/rows.ts'
import { type Embedder, type HashedTable, hashedEmbedder, MOST_ROWS } from './embedder.ts'
import { FEATURE_BLOCKS, FEATURES_VERSION } from './features.ts'
import { INTENTS } from './intent-names.ts'
import type { IntentHead } from './intents.ts'
import type { OwnIntents } from './own-intents.ts'

/** The fitted file that `understand` works with. */
export interface IntentArtifact {
  /** Prefix of the content's SHA-256: the same content always has the same version. */
  readonly version: string
  readonly embedder: Embedder
  readonly head: IntentHead
  /** What the user has added. */
  readonly own?: OwnIntents
}

/** What an artifact file holds, before and after it is bytes. */
export interface IntentTables {
  readonly version: string
  readonly table: HashedTable
  readonly head: IntentHead
}

/*
 * Layout, little-endian: 8 bytes magic; Uint32 × 8: format, features version, dimensions, keys, rows, intents, blocks,
 * checksum of everything after the header; 16 bytes version (ASCII, padded with 0); then keys Uint32[keys],
 * scales Float32[rows], weights Float32[intents × dimensions], bias Float32[intents], blockWeights Float32[blocks],
 * names (Uint32 length, the intents joined by line breaks, padded to 4), rowOf Uint32[keys],
 * projection Int8[rows × dimensions], rarity Uint8[keys].
 */
const MAGIC = 'MERITINT'
const FORMAT = 2
const HEADER_BYTES = 56
const VERSION_BYTES = 16
const MOST_DIMENSIONS = 4096

/**
 * Reads an intents artifact.
 * @throws MeritorderError `server` when the bytes are no intents artifact, are cut short or damaged, or were
 * fitted for a newer or older Meritorder.
 */
export function parseIntentArtifact(bytes: Uint8Array): IntentArtifact {
  const { version, table, head } = readTables(bytes)
  return { version, embedder: hashedEmbedder(`hashed-${version}`, table), head }
}

/** Writes the file that `parseIntentArtifact` reads. */
export function formatIntentArtifact({ version, table, head }: IntentTables): Uint8Array<ArrayBuffer> {
  const names = paddedNames()
  const parts: ArrayBufferView[] = [
    table.keys,
    table.scales,
    head.weights,
    head.bias,
    table.blockWeights,
    names,
    table.rowOf,
    table.projection,
    table.rarity,
  ]
  const size = parts.reduce((sum, part) => sum + part.byteLength, HEADER_BYTES)
  const bytes = new Uint8Array(size)
  let at = HEADER_BYTES
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at)
    at += part.byteLength
  }
  bytes.set(ascii(MAGIC))
  const header = new DataView(bytes.buffer)
  const fields = [FORMAT, FEATURES_VERSION, table.dimensions, table.keys.length, table.scales.length]
  fields.push(INTENTS.length, FEATURE_BLOCKS.length, checksum(bytes, HEADER_BYTES))
  for (const [i, field] of fields.entries()) header.setUint32(8 + 4 * i, field, true)
  bytes.set(ascii(version).subarray(0, VERSION_BYTES), HEADER_BYTES - VERSION_BYTES)
  return bytes
}

function readTables(source: Uint8Array): IntentTables {
  // A copy that begins at offset 0, so that 4-byte views of it are aligned.
  const bytes = new Uint8Array(source)
  const header = readHeader(bytes)
  const { dimensions, keyCount, rows, version } = header
  const names = paddedNames()
  const intents = INTENTS.length
  const size =
    HEADER_BYTES +
    4 * (keyCount + rows + intents * dimensions + intents + FEATURE_BLOCKS.length) +
    names.length +
    5 * keyCount +
    rows * dimensions
  if (bytes.length !== size) {
    throw refuse(`is cut short or damaged: it has ${bytes.length} bytes where its header announces ${size}`)
  }
  if (checksum(bytes, HEADER_BYTES) !== header.checksum)
    throw refuse('is damaged: its checksum does not match')
  let at = HEADER_BYTES
  const take = (length: number): number => {
    const start = at
    at += length
    return start
  }
  /** Copies: what works later must not keep the whole file in memory. */
  const floats = (length: number) => new Float32Array(bytes.buffer, take(4 * length), length).slice()
  const keys = new Uint32Array(bytes.buffer, take(4 * keyCount), keyCount)
  const scales = floats(rows)
  const weights = floats(intents * dimensions)
  const bias = floats(intents)
  const blockWeights = floats(FEATURE_BLOCKS.length)
  const namesAt = take(names.length)
  if (!names.every((byte, i) => bytes[namesAt + i] === byte)) {
    throw refuse('was fitted for other intents than this Meritorder knows')
  }
  const rowOf = new Uint32Array(bytes.buffer, take(4 * keyCount), keyCount)
  const projection = new Int8Array(bytes.buffer, take(rows * dimensions), rows * dimensions)
  const rarity = new Uint8Array(bytes.buffer, take(keyCount), keyCount)
  const table = { dimensions, keys, rowOf, rarity, scales, projection, blockWeights }
  return { version, table, head: { weights, bias } }
}

interface Header {
  readonly dimensions: number
  readonly keyCount: number
  readonly rows: number
  readonly checksum: number
  readonly version: string
}

function readHeader(bytes: Uint8Array): Header {
  if (bytes.length < 8 || !ascii(MAGIC).every((byte, i) => bytes[i] === byte)) {
    throw refuse('is not an intents artifact')
  }
  if (bytes.length < HEADER_BYTES) throw refuse('is cut short: its header is incomplete')
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const field = (i: number) => view.getUint32(8 + 4 * i, true)
  if (field(0) > FORMAT)
    throw refuse(`is of format ${field(0)}, newer than this Meritorder reads (${FORMAT})`)
  if (field(0) < FORMAT) throw refuse(`is of format ${field(0)}; this Meritorder reads format ${FORMAT}`)
  if (field(1) !== FEATURES_VERSION) {
    throw refuse(
      `was fitted on features version ${field(1)}; this Meritorder computes version ${FEATURES_VERSION}`,
    )
  }
  if (field(5) !== INTENTS.length || field(6) !== FEATURE_BLOCKS.length) {
    throw refuse('was fitted for other intents or features than this Meritorder knows')
  }
  if (field(2) === 0 || field(2) % LANES !== 0 || field(2) > MOST_DIMENSIONS) {
    throw refuse(
      `announces ${field(2)} dimensions, which is not a multiple of ${LANES} up to ${MOST_DIMENSIONS}`,
    )
  }
  if (field(4) > MOST_ROWS) throw refuse(`announces ${field(4)} rows; this Meritorder reads ${MOST_ROWS}`)
  const version = String.fromCharCode(...bytes.subarray(HEADER_BYTES - VERSION_BYTES, HEADER_BYTES))
  return {
    dimensions: field(2),
    keyCount: field(3),
    rows: field(4),
    checksum: field(7),
    version: version.replace(/\0+$/, ''),
  }
}

function refuse(why: string): MeritorderError {
  return new MeritorderError(
    'server',
    `The intents file ${why}. Restore artifacts/intents.bin from the installed release, or fit it again with ` +
      '`node training/intents/fit.ts`.',
  )
}

/** The intents' names as bytes: their length, then the names joined by line breaks, padded to 4 bytes. */
function paddedNames(): Uint8Array {
  const names = ascii(INTENTS.join('\n'))
  const padded = new Uint8Array(4 + Math.ceil(names.length / 4) * 4)
  new DataView(padded.buffer).setUint32(0, names.length, true)
  padded.set(names, 4)
  return padded
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}
