import type { PGlite as Interface } from '@electric-sql/pglite'
import type { PGliteDialectConfig } from 'kysely'
import { COPY, type CopyResult } from './copy-statement.ts'

type PGliteOfKysely = Exclude<PGliteDialectConfig['pglite'], (...given: never) => unknown>
type Query = PGliteOfKysely['query']

/** An opened database as Kysely takes it, which understands the statements of `copy-statement.ts` too. */
export function withCopy(pglite: Interface): PGliteOfKysely {
  const device = addDevice(pglite)
  return {
    get closed() {
      return pglite.closed
    },
    get ready() {
      return pglite.ready
    },
    waitReady: pglite.waitReady,
    close: () => pglite.close(),
    query: copying(pglite, device),
    transaction: (work) =>
      pglite.transaction((transaction) =>
        work({ query: copying(transaction, device), rollback: () => transaction.rollback() }),
      ),
  }
}

function copying(target: Pick<Interface, 'query'>, device: Device): Query {
  return async <T>(text: string, parameters?: unknown[], options?: Parameters<Query>[2]) => {
    if (!COPY.test(text)) return target.query<T>(text, parameters, options)
    const [data] = (parameters ?? []) as Uint8Array[]
    device.begin(data)
    await target.query(text.replace(OTHER_END, `'${PATH}'`))
    const rows: CopyResult[] = data ? [] : [{ data: device.written() }]
    return { fields: [], rows: rows as T[] }
  }
}

const PATH = '/dev/copy'
/** Behind the last text of a statement, which may hold such words too. */
const OTHER_END = /\b(?:stdin|stdout)\b(?=[^']*$)/
/** Any number that no other device has: PGlite's own is 64, 0. */
const NUMBER = [64, 1] as const
/** Memory that is kept for what the next statement writes: pages of an export are smaller. */
const KEPT_BYTES = 16 * 1024 * 1024

/** What COPY takes for a file; Kysely gives the one connection to one statement at a time. */
interface Device {
  /** For the next statement, which reads `data` or writes. */
  begin(data: Uint8Array | undefined): void
  /** All that it has written. */
  written(): Uint8Array
}

/** PGlite's own `/dev/blob` copies what is read byte by byte, and gives what is written as a Blob of as many parts as rows, which takes longer than writing them. */
function addDevice({ Module: { FS } }: Interface): Device {
  let source = NOTHING
  let target = Buffer.alloc(0)
  let length = 0
  const device = FS.makedev(...NUMBER)
  FS.registerDevice(device, {
    open: () => {},
    close: () => {},
    read(_: unknown, memory: Uint8Array, at: number, most: number, from: number) {
      const piece = source.subarray(from, from + most)
      memory.set(piece, at)
      return piece.length
    },
    write(_: unknown, memory: Uint8Array, at: number, bytes: number) {
      if (length + bytes > target.length) {
        const grown = Buffer.allocUnsafeSlow(Math.max(MIN_BYTES, 2 * target.length, length + bytes))
        target.copy(grown, 0, 0, length)
        target = grown
      }
      target.set(memory.subarray(at, at + bytes), length)
      length += bytes
      return bytes
    },
    llseek: (stream: { readonly position: number }, offset: number, whence: number) =>
      whence === SEEK_CURRENT ? stream.position + offset : offset,
  })
  FS.mkdev(PATH, device)
  return {
    begin(data) {
      source = data ?? NOTHING
      length = 0
    },
    written() {
      const all = new Uint8Array(target.subarray(0, length))
      if (target.length > KEPT_BYTES) target = Buffer.alloc(0)
      return all
    },
  }
}

const NOTHING: Uint8Array = new Uint8Array()
const SEEK_CURRENT = 1
const MIN_BYTES = 1024 * 1024
