/**
 * As much of WebAssembly as it takes to write a loop over vectors in place: instructions as bytes, and the module around
 * them (webassembly.github.io/spec/core/binary, with its fixed-width SIMD). Every function here returns the bytes of
 * what its name says; instructions take their operands from the stack, as in the specification's text format.
 */
export type Code = readonly number[]

const I32 = 0x7f
const V128 = 0x7b

/** A function that takes 32-bit integers, works on them and on vectors, and returns nothing. */
export interface WasmFunction {
  readonly name: string
  /** How many parameters, and how many further locals of each kind; they are numbered in this order. */
  readonly parameters: number
  readonly integers: number
  readonly vectors: number
  readonly body: Code
}

/** A compiled module, and an instance of it with its memory. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Memory: new (size: { initial: number; maximum: number }) => WasmMemory
  readonly Instance: new (
    module: object,
    imports: { env: { memory: WasmMemory } },
  ) => { readonly exports: Readonly<Record<string, (...parameters: number[]) => void>> }
}

interface WasmMemory {
  readonly buffer: ArrayBuffer
}

const PAGE_BYTES = 65_536

/** Compiles functions. What is returned makes instances that work on so many bytes of memory of their own. */
export function compileWasm(functions: readonly WasmFunction[]): (bytes: number) => {
  readonly buffer: ArrayBuffer
  readonly exports: Readonly<Record<string, (...parameters: number[]) => void>>
} {
  const module = new WebAssembly.Module(moduleBytes(functions))
  return (bytes) => {
    const pages = Math.ceil(bytes / PAGE_BYTES)
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages })
    const { exports } = new WebAssembly.Instance(module, { env: { memory } })
    return { buffer: memory.buffer, exports }
  }
}

function moduleBytes(functions: readonly WasmFunction[]): Uint8Array {
  const types = functions.map(({ parameters }) => [0x60, ...list(Array(parameters).fill([I32])), 0])
  const memory = [...text('env'), ...text('memory'), 0x02, 0x00, ...unsigned(0)]
  const names = functions.map(({ name }, f) => [...text(name), 0x00, ...unsigned(f)])
  const codes = functions.map(({ integers, vectors, body }) => {
    const locals = list([
      [...unsigned(integers), I32],
      [...unsigned(vectors), V128],
    ])
    return sized([...locals, ...body, END])
  })
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, types),
    ...section(2, [memory]),
    ...section(3, [...functions.keys()].map(unsigned)),
    ...section(7, names),
    ...section(10, codes),
  ])
}

const END = 0x0b

export const get = (local: number): Code => [0x20, ...unsigned(local)]
export const set = (local: number): Code => [0x21, ...unsigned(local)]
const constant = (value: number): Code => [0x41, ...signed(value)]
export const load = (): Code => [0x28, 0x02, 0x00]
export const store = (): Code => [0x36, 0x02, 0x00]
export const add = (): Code => [0x6a]
export const multiply = (): Code => [0x6c]
const below: Code = [0x49]

/** Adds to a local. */
export const advance = (local: number, by: number): Code => [
  ...[get(local), constant(by), add(), set(local)].flat(),
]

/** Does something at least once, and again while one local is below another. */
export const loop = (body: readonly Code[], local: number, end: number): Code => [
  ...[0x03, 0x40],
  ...body.flat(),
  ...[...get(local), ...get(end), ...below, 0x0d, 0x00],
  END,
]

const vector = (operation: number): Code => [0xfd, ...unsigned(operation)]
const zeros: Code = [...vector(0x0c), ...Array(16).fill(0)]
export const vectors = {
  clear: (local: number): Code => [...zeros, ...set(local)],
  load: (): Code => [...vector(0x00), 0x00, 0x00],
  store: (offset: number): Code => [...vector(0x0b), 0x00, ...unsigned(offset)],
}
/** Vectors of 8 × int16, 4 × int32 and 2 × float64. */
export const i16x8 = {
  /** Of the first and of the last eight of 16 bytes. */
  widenLow: (): Code => vector(0x87),
  widenHigh: (): Code => vector(0x88),
}
export const i32x4 = {
  add: (): Code => vector(0xae),
  /** Sums of two neighbouring products each. */
  dot16: (): Code => vector(0xba),
  widenLow: (): Code => vector(0xa7),
  widenHigh: (): Code => vector(0xa8),
  lane: (lane: number): Code => [...vector(0x1b), lane],
  /** The last two numbers first. */
  swapHalves: (local: number): Code => [
    ...[...get(local), ...get(local), ...vector(0x0d)],
    ...[8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7],
  ],
}
export const f64x2 = {
  loadBoth: (): Code => [...vector(0x0a), 0x00, 0x00],
  /** Of the first two of four integers. */
  convert: (): Code => vector(0xfe),
  add: (): Code => vector(0xf0),
  multiply: (): Code => vector(0xf2),
}

function section(id: number, items: readonly Code[]): Code {
  return [id, ...sized(list(items))]
}

function list(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()]
}

function sized(bytes: Code): Code {
  return [...unsigned(bytes.length), ...bytes]
}

function text(name: string): Code {
  return sized([...name].map((character) => character.charCodeAt(0)))
}

/** LEB128, as are the signed. */
function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)]
}

function signed(value: number): Code {
  const isLast = value >= -0x40 && value < 0x40
  return isLast ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)]
}
