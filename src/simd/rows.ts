import {
  add,
  advance,
  compileWasm,
  f64x2,
  get,
  i16x8,
  i32x4,
  load,
  loop,
  multiply,
  set,
  store,
  vectors,
  type WasmFunction,
} from './wasm.ts'

/*
 * The two loops that most of understanding and predicting is: over the rows of a table, as vectors. V8 has no vectors for
 * JavaScript but for WebAssembly, where these loops take a third to a sixth of the time, and give the same bits
 * everywhere: the first is integers, the second adds in the order in which a plain loop would.
 */

/** Points side by side in whole numbers, to be compared with another. */
export interface PointRows {
  /** points × width, row-major; may be overwritten. */
  readonly values: Int16Array
  readonly width: number
  /** Room for a dot product of each point. */
  readonly products: Int32Array
  /**
   * Writes the dot products of the points from `from` up to and without `to`, at least one, with another to `products`,
   * from a place on: exact while they fit 32 bits. Returns `products`.
   */
  dots(from: number, to: number, at: Int16Array, place?: number): Int32Array
}

/** Rows of bytes, to be added up. */
export interface ByteRows {
  /** For whoever asks for a sum to fill: which rows, and what each is multiplied with. */
  readonly rows: Int32Array
  readonly weights: Float64Array
  /** Σ weight × row over the first `count`, at least one, added in their order. The next sum overwrites the result. */
  sum(count: number): Float64Array
}

/** Numbers that a loop takes at once; widths are multiples of it. */
export const LANES = 8

/** Lays points out. @param width a multiple of LANES */
export function pointRows(values: Int16Array, width: number): PointRows {
  const count = values.length / width
  const rowBytes = 2 * width
  const atEnd = rowBytes
  const outStart = aligned(atEnd)
  const rowsStart = aligned(outStart + 4 * count)
  const { buffer, exports } = instantiate(rowsStart + rowBytes * count)
  const asked = new Int16Array(buffer, 0, width)
  const products = new Int32Array(buffer, outStart, count)
  const own = new Int16Array(buffer, rowsStart, values.length)
  own.set(values)
  const dots = exports.dots!
  return {
    values: own,
    width,
    products,
    dots(from, to, at, place = 0) {
      asked.set(at)
      dots(rowsStart + from * rowBytes, rowsStart + to * rowBytes, 0, atEnd, outStart + 4 * place)
      return products
    },
  }
}

/** Lays rows out. @param most rows that are summed at once, at most */
export function byteRows(values: Int8Array, width: number, most: number): ByteRows {
  const rowBytes = COLUMNS * Math.ceil(width / COLUMNS)
  const sumBytes = 8 * rowBytes
  const weightsStart = sumBytes
  const askedStart = aligned(weightsStart + 8 * most)
  const rowsStart = aligned(askedStart + 4 * most)
  const { buffer, exports } = instantiate(rowsStart + rowBytes * (values.length / width))
  const own = new Int8Array(buffer, rowsStart)
  for (let from = 0, to = 0; from < values.length; from += width, to += rowBytes)
    own.set(values.subarray(from, from + width), to)
  const result = new Float64Array(buffer, 0, width)
  const sum = exports.sum!
  return {
    rows: new Int32Array(buffer, askedStart, most),
    weights: new Float64Array(buffer, weightsStart, most),
    sum(count) {
      sum(rowsStart, rowBytes, askedStart, askedStart + 4 * count, weightsStart, 0, sumBytes)
      return result
    },
  }
}

/** Parameters: where the first row begins, where the last ends, where the other point begins and ends, and where dot products go. */
function dotsLoop(): WasmFunction {
  const [row, rowsEnd, at, atEnd, out, place, sum] = [0, 1, 2, 3, 4, 5, 6] as const
  const lanes = [0, 1, 2, 3].map((lane) => [...get(sum), ...i32x4.lane(lane)])
  const body = loop(
    [
      ...[vectors.clear(sum), get(at), set(place)],
      loop(
        [
          ...[get(row), vectors.load(), get(place), vectors.load(), i32x4.dot16()],
          ...[get(sum), i32x4.add(), set(sum)],
          ...[advance(row, 2 * LANES), advance(place, 2 * LANES)],
        ],
        place,
        atEnd,
      ),
      ...[get(out), ...lanes, add(), add(), add(), store(), advance(out, 4)],
    ],
    row,
    rowsEnd,
  )
  return { name: 'dots', parameters: 5, integers: 1, vectors: 1, body }
}

/** Columns whose sums are kept at once. */
const COLUMNS = 16

/**
 * Parameters: where the rows begin and how long each is, where the list of those asked for begins and ends, where their
 * weights begin, and where the sums begin and end.
 */
function sumLoop(): WasmFunction {
  const [rows, rowBytes, asked, askedEnd, weights, out, outEnd] = [0, 1, 2, 3, 4, 5, 6] as const
  const [place, weightPlace, line, rowEnd, touched] = [7, 8, 9, 10, 11] as const
  const [sums, weight, bytes, shorts, integers] = [[12, 13, 14, 15, 16, 17, 18, 19], 20, 21, 22, 23] as const
  const rowAt = [get(place), load(), get(rowBytes), multiply(), get(rows), add()]
  // Rows lie far apart. Read once with next to nothing in between, memory answers many at a time.
  const touchAll = loop(
    [
      ...[...rowAt, set(line), get(line), get(rowBytes), add(), set(rowEnd)],
      loop([get(line), load(), get(touched), add(), set(touched), advance(line, CACHE_LINE)], line, rowEnd),
      ...[advance(place, 4)],
    ],
    place,
    askedEnd,
  )
  /** The first two of the integers. */
  const addPair = (into: number) => [
    ...[get(integers), f64x2.convert(), get(weight), f64x2.multiply()],
    ...[get(into), f64x2.add(), set(into)],
  ]
  const swap = [i32x4.swapHalves(integers), set(integers)]
  const addEight = ([a, b, c, d]: readonly number[]) => [
    ...[get(shorts), i32x4.widenLow(), set(integers), ...addPair(a!), ...swap, ...addPair(b!)],
    ...[get(shorts), i32x4.widenHigh(), set(integers), ...addPair(c!), ...swap, ...addPair(d!)],
  ]
  const addAll = loop(
    [
      ...sums.map(vectors.clear),
      ...[get(asked), set(place), get(weights), set(weightPlace)],
      loop(
        [
          ...[get(weightPlace), f64x2.loadBoth(), set(weight)],
          ...[...rowAt, vectors.load(), set(bytes)],
          ...[get(bytes), i16x8.widenLow(), set(shorts), ...addEight(sums.slice(0, 4))],
          ...[get(bytes), i16x8.widenHigh(), set(shorts), ...addEight(sums.slice(4))],
          ...[advance(weightPlace, 8), advance(place, 4)],
        ],
        place,
        askedEnd,
      ),
      ...sums.flatMap((pair, i) => [get(out), get(pair), vectors.store(16 * i)]),
      ...[advance(rows, COLUMNS), advance(out, 8 * COLUMNS)],
    ],
    out,
    outEnd,
  )
  // What was touched is stored, lest the compiler leave it out; sums are written over it.
  const body = [get(asked), set(place), touchAll, get(out), get(touched), store(), addAll].flat()
  return { name: 'sum', parameters: 7, integers: 5, vectors: 12, body }
}

const CACHE_LINE = 64

const instantiate = compileWasm([dotsLoop(), sumLoop()])

function aligned(bytes: number): number {
  return Math.ceil(bytes / CACHE_LINE) * CACHE_LINE
}
