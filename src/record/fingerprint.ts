/**
 * What is kept of a prompt whose words are not (`hashed`): enough to find repeats and to learn from. Plain JSON: a member of
 * the journal's record of the call.
 */
export interface Fingerprint {
  /** The same for the same messages, of this gateway: see `promptHasher`. */
  readonly promptHash: string
  /** Id of the embedder behind `embedding`. */
  readonly embedder: string
  /** Little-endian float32s, base64. */
  readonly embedding: string
  /** `textShape` of the last user turn, likewise; null where nothing asked for it. */
  readonly shape: string | null
}

/** A vector as a fingerprint has it. */
export function packVector(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64')
}

/** The vector that was packed. */
export function unpackVector(packed: string): Float32Array {
  const bytes = Buffer.from(packed, 'base64')
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i))
}
