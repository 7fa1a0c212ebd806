import { createReadStream } from 'node:fs'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

/** A file as it is read, `.gz` unpacked. Whatever fails comes up where the bytes are read. */
export function fileBytes(path: string): Readable {
  const bytes = createReadStream(path)
  return path.toLowerCase().endsWith('.gz') ? pipeline(bytes, createGunzip(), () => {}) : bytes
}
