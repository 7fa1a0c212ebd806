import fs from 'node:fs'
import { FRAME_HEAD_BYTES, type Frame, frameBytes, readFrame } from './frame.ts'

/** Frames that follow each other in one segment. */
export interface Batch {
  readonly frames: readonly Frame[]
  /** Where the next frame begins, in bytes from the start of the segment. */
  readonly end: number
}

const MAX_FRAMES = 200
/** Read at once; a larger frame is read alone. */
const CHUNK_BYTES = 1024 * 1024

/**
 * Reads the frames from `start` on, at most about a megabyte of them, none past `limit` (bytes; Infinity: to the end).
 * An empty batch means that the segment holds no more: zeros, or a record torn by a crash, which nobody was promised.
 * Throws what the file system throws.
 */
export function readBatch(descriptor: number, start: number, limit: number): Batch {
  const chunk = readAt(descriptor, start, Math.min(CHUNK_BYTES, limit - start))
  const large = frameBytes(chunk, 0)
  const end = Math.min(limit, fs.fstatSync(descriptor).size)
  const isLarge = large > chunk.length && start + large <= end
  return decode(isLarge ? readAt(descriptor, start, large) : chunk, start)
}

function decode(source: Buffer, start: number): Batch {
  const frames: Frame[] = []
  let at = 0
  while (frames.length < MAX_FRAMES && source.length - at >= FRAME_HEAD_BYTES) {
    const frame = readFrame(source, at)
    if (frame === undefined) break
    frames.push(frame)
    at += frame.bytes.length
  }
  return { frames, end: start + at }
}

function readAt(descriptor: number, start: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(Math.max(0, length))
  return bytes.subarray(0, fs.readSync(descriptor, bytes, 0, bytes.length, start))
}
