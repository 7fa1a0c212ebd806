import { zstdDecompressSync } from 'node:zlib'

/** For `hyparquet`, which reads Snappy by itself: what our own files are packed with, and many others'. Throws on pages larger than they say. */
export const PARQUET_CODECS = {
  ZSTD: (bytes: Uint8Array, length: number): Uint8Array =>
    zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, length) }),
}
