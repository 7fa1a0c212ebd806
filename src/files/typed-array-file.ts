import { checksum } from '../checksum.ts'

/** Numbers of one kind side by side. */
export type TypedArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array

const KINDS = { Int8Array, Uint8Array, Int16Array, Int32Array, Uint32Array, Float32Array, Float64Array }

/** A header and named arrays: what a fitted file holds. */
export interface ArrayFile {
  readonly header: unknown
  readonly arrays: Readonly<Record<string, TypedArray>>
}

/*
 * Layout, little-endian: 8 bytes magic; Uint32 checksum of everything after the first 16 bytes; Uint32 bytes of JSON;
 * the JSON `{header, arrays: [[name, kind, length], …]}`; then the arrays in that order, each at a multiple of 8.
 */
const PREFIX_BYTES = 16
const ALIGNMENT = 8

/** Writes the bytes that `readArrayFile` reads. The same content gives the same bytes. */
export function writeArrayFile(magic: string, { header, arrays }: ArrayFile): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(arrays)
  const index = entries.map(([name, values]) => [name, values.constructor.name, values.length])
  const json = new TextEncoder().encode(JSON.stringify({ header, arrays: index }))
  let size = aligned(PREFIX_BYTES + json.length)
  const places = entries.map(([, values]) => {
    const at = size
    size = aligned(at + values.byteLength)
    return at
  })
  const bytes = new Uint8Array(size)
  bytes.set(new TextEncoder().encode(magic))
  bytes.set(json, PREFIX_BYTES)
  for (const [i, [, values]] of entries.entries())
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), places[i])
  const prefix = new DataView(bytes.buffer)
  prefix.setUint32(12, json.length, true)
  prefix.setUint32(8, checksum(bytes, PREFIX_BYTES), true)
  return bytes
}

/**
 * Reads such a file. The arrays are views of one copy of the bytes.
 *
 * @throws Error saying what is wrong: another kind of file, cut short, damaged
 */
export function readArrayFile(magic: string, source: Uint8Array): ArrayFile {
  // A copy that begins at offset 0, so that views of 8-byte numbers are aligned.
  const bytes = new Uint8Array(source)
  const expected = new TextEncoder().encode(magic)
  if (!expected.every((byte, i) => bytes[i] === byte)) throw new Error('it is another kind of file')
  if (bytes.length < PREFIX_BYTES) throw new Error('it is cut short')
  const prefix = new DataView(bytes.buffer)
  if (checksum(bytes, PREFIX_BYTES) !== prefix.getUint32(8, true))
    throw new Error('it is cut short or damaged: its checksum does not match')
  const jsonEnd = PREFIX_BYTES + prefix.getUint32(12, true)
  const { header, arrays: index } = JSON.parse(
    new TextDecoder().decode(bytes.subarray(PREFIX_BYTES, jsonEnd)),
  ) as {
    header: unknown
    arrays: readonly (readonly [string, keyof typeof KINDS, number])[]
  }
  let at = aligned(jsonEnd)
  const arrays: Record<string, TypedArray> = {}
  for (const [name, kind, length] of index) {
    arrays[name] = new KINDS[kind](bytes.buffer, at, length)
    at = aligned(at + arrays[name].byteLength)
  }
  return { header, arrays }
}

function aligned(size: number): number {
  return Math.ceil(size / ALIGNMENT) * ALIGNMENT
}
