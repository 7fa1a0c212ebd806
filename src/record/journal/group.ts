import { frameBound, writeFrame } from './frame.ts'

/** What came of a record: on the disk, or not and why. */
export type AppendResult =
  | { readonly durable: true }
  /** `reason` says what went wrong and what becomes of the record. */
  | { readonly durable: false; readonly reason: string }

const INITIAL_BYTES = 256 * 1024
/** A buffer that a large record has grown is not kept. */
const KEPT_BYTES = 1024 * 1024

/** Records that go to the disk in one write and share its result. */
export class Group {
  bytes = Buffer.allocUnsafeSlow(INITIAL_BYTES)
  length = 0
  records = 0
  #settled = Promise.withResolvers<AppendResult>()

  /** Adds a record; the promise, shared by all of the group, tells what came of it. */
  add(meta: string, request: Uint8Array | null, answer: string | null): Promise<AppendResult> {
    this.#makeRoom(frameBound(meta, request, answer))
    this.length = writeFrame(this.bytes, this.length, meta, request, answer)
    this.records++
    return this.#settled.promise
  }

  /** Tells all who wait, and empties the group for its next use. */
  settle(result: AppendResult): void {
    this.#settled.resolve(result)
    this.#settled = Promise.withResolvers()
    this.length = 0
    this.records = 0
    if (this.bytes.length > KEPT_BYTES) this.bytes = Buffer.allocUnsafeSlow(INITIAL_BYTES)
  }

  #makeRoom(bytes: number): void {
    if (this.bytes.length - this.length >= bytes) return
    const grown = Buffer.allocUnsafeSlow(Math.max(this.length + bytes, this.bytes.length * 2))
    this.bytes.copy(grown, 0, 0, this.length)
    this.bytes = grown
  }
}
