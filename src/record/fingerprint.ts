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
}

/** A vector as a fingerprint has it. */
export function packVector(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64')
}
