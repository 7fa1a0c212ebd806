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
  /**
   * Σ weight × row over the first `count` of some rows, at least one, added in their order. The result is overwritten by
   * the next call.
   */
  sum(rows: Int32Array, weights: Float64Array, count: number): Float64Array
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
  const sumStart = 0
  const weightsStart = aligned(8 * width)
  const placesStart = aligned(weightsStart + 8 * most)
  const rowsStart = aligned(placesStart + 4 * most)
  const { buffer, exports } = instantiate(rowsStart + values.length)
  new Int8Array(buffer, rowsStart).set(values)
  const result = new Float64Array(buffer, sumStart, width)
  const ownWeights = new Float64Array(buffer, weightsStart, most)
  const places = new Int32Array(buffer, placesStart, most)
  const sum = exports.sum!
  return {
    sum(rows, weights, count) {
      for (let i = 0; i < count; i++) {
        ownWeights[i] = weights[i]!
        places[i] = rowsStart + rows[i]! * width
      }
      for (let d = 0; d < width; d += LANES)
        sum(d, placesStart, placesStart + 4 * count, weightsStart, sumStart + 8 * d)
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

/** Parameters: a column, where the list of rows' places begins and ends, where their weights begin, and where the sums go. */
function sumLoop(): WasmFunction {
  const [column, place, placesEnd, weight, out] = [0, 1, 2, 3, 4] as const
  const [sums, weights, shorts, integers] = [[5, 6, 7, 8], 9, 10, 11] as const
  /** The first two of the integers. */
  const addPair = (into: number) => [
    ...[get(integers), f64x2.convert(), get(weights), f64x2.multiply()],
    ...[get(into), f64x2.add(), set(into)],
  ]
  const swap = [i32x4.swapHalves(integers), set(integers)]
  const body = [
    ...sums.flatMap(vectors.clear),
    ...loop(
      [
        ...[get(weight), f64x2.loadBoth(), set(weights)],
        ...[get(place), load(), get(column), add(), i16x8.load8(), set(shorts)],
        ...[get(shorts), i32x4.widenLow(), set(integers)],
        ...[...addPair(sums[0]), ...swap, ...addPair(sums[1])],
        ...[get(shorts), i32x4.widenHigh(), set(integers)],
        ...[...addPair(sums[2]), ...swap, ...addPair(sums[3])],
        ...[advance(weight, 8), advance(place, 4)],
      ],
      place,
      placesEnd,
    ),
    ...sums.flatMap((pair, i) => [...get(out), ...get(pair), ...vectors.store(16 * i)]),
  ]
  return { name: 'sum', parameters: 5, integers: 0, vectors: 7, body }
}

const instantiate = compileWasm([dotsLoop(), sumLoop()])

function aligned(bytes: number): number {
  return Math.ceil(bytes / 16) * 16
}
