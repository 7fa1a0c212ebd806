import { constants, zstdCompressSync } from 'node:zlib'
import type { ColumnChunk, SchemaElement } from 'hyparquet'
import { ByteWriter, type Writer } from 'hyparquet-writer'
import { writePageHeader } from 'hyparquet-writer/src/datapage.js'

/** A value of a row; a text may be its UTF-8. */
export type ParquetValue = string | number | boolean | Date | Uint8Array | null

/** Texts up to so many bytes are copied byte by byte, which takes less than a call does. */
const SHORT_BYTES = 32

/**
 * A column of a group of rows (https://parquet.apache.org/docs/file-format/data-pages/): values are put down in their PLAIN
 * encoding as they come, page after page is packed, and the group is written as a whole. Values become no objects: a million
 * rows of forty columns would keep the collector of garbage busier than whoever writes them.
 */
export class ParquetColumn {
  readonly #element: SchemaElement
  #page = growable(64 * 1024)
  /** Bytes of the page; for BOOLEAN, how many values. */
  #length = 0
  #rows = 0
  #nulls = 0
  /** A bit for each row of the page: whether it has a value. */
  #present = new Uint8Array(1024)
  #group = emptyGroup()

  /** @param element the column in the file's schema; of type BOOLEAN, INT32, DOUBLE, INT64 with times in ms, or BYTE_ARRAY */
  constructor(element: SchemaElement) {
    this.#element = element
  }

  /** Bytes of the page that is being filled. */
  get pageBytes(): number {
    return this.#length
  }

  /** Bytes of the packed pages of the group. */
  get packedBytes(): number {
    return this.#group.bytes
  }

  add(value: ParquetValue): void {
    if (value === null) this.addNull()
    else if (typeof value === 'string') this.addString(value)
    else if (typeof value === 'number') this.addNumber(value)
    else if (typeof value === 'boolean') this.addBoolean(value)
    else if (value instanceof Date) this.addTime(value.getTime())
    else this.addUtf8(value, 0, value.length)
  }

  addNull(): void {
    this.#note(0)
    this.#nulls++
  }

  addString(text: string): void {
    const at = this.#length
    // A unit of UTF-16 is at most three bytes of UTF-8.
    this.#ensure(4 + 3 * text.length)
    const bytes = this.#page.bytes.write(text, at + 4)
    this.#page.view.setUint32(at, bytes, true)
    this.#length = at + 4 + bytes
    this.#note(1)
  }

  /** The text whose UTF-8 is in `source` from `start` to `end`. */
  addUtf8(source: Uint8Array, start: number, end: number): void {
    const size = end - start
    this.#ensure(4 + size)
    const { bytes, view } = this.#page
    let at = this.#length
    view.setUint32(at, size, true)
    at += 4
    if (size <= SHORT_BYTES) for (let from = start; from < end; from++) bytes[at++] = source[from]!
    else {
      bytes.set(source.subarray(start, end), at)
      at += size
    }
    this.#length = at
    this.#note(1)
  }

  /** Among whole numbers (INT32) any other is left out. */
  addNumber(value: number): void {
    if (this.#element.type === 'DOUBLE') {
      this.#ensure(8)
      this.#page.view.setFloat64(this.#length, value, true)
      this.#length += 8
    } else if ((value | 0) === value) {
      this.#ensure(4)
      this.#page.view.setInt32(this.#length, value, true)
      this.#length += 4
    } else {
      this.addNull()
      return
    }
    this.#bound(value)
    this.#note(1)
  }

  /** @param ms epoch */
  addTime(ms: number): void {
    this.#ensure(8)
    const high = Math.floor(ms / 2 ** 32)
    this.#page.view.setUint32(this.#length, ms - high * 2 ** 32, true)
    this.#page.view.setInt32(this.#length + 4, high, true)
    this.#length += 8
    this.#bound(ms)
    this.#note(1)
  }

  addBoolean(value: boolean): void {
    this.#ensure(1 + (this.#length >> 3))
    setBit(this.#page.bytes, this.#length++, value ? 1 : 0)
    this.#note(1)
  }

  /** Packs what has come since the last page. */
  endPage(): void {
    if (this.#rows === 0) return
    const levels = this.#levels()
    const bytes = this.#element.type === 'BOOLEAN' ? (this.#length + 7) >> 3 : this.#length
    const packed = pack(this.#page.bytes.subarray(0, bytes))
    const page = new ByteWriter(64)
    writePageHeader(page, {
      type: 'DATA_PAGE_V2',
      uncompressed_page_size: levels.length + bytes,
      compressed_page_size: levels.length + packed.length,
      data_page_header_v2: {
        num_values: this.#rows,
        num_nulls: this.#nulls,
        num_rows: this.#rows,
        encoding: 'PLAIN',
        definition_levels_byte_length: levels.length,
        repetition_levels_byte_length: 0,
        is_compressed: true,
      },
    })
    const head = page.getBytes()
    const group = this.#group
    group.pieces.push(head, levels, packed)
    group.bytes += head.length + levels.length + packed.length
    group.unpackedBytes += head.length + levels.length + bytes
    group.rows += this.#rows
    group.nulls += this.#nulls
    this.#length = this.#rows = this.#nulls = 0
  }

  /** Writes the pages of the group, and begins the next. Gives what the file's end says of them. */
  write(writer: Writer): ColumnChunk {
    const { pieces, bytes, unpackedBytes, rows, nulls, least, most } = this.#group
    this.#group = emptyGroup()
    const offset = BigInt(writer.offset)
    for (const piece of pieces) writer.appendBytes(piece)
    const isTime = this.#element.type === 'INT64'
    return {
      file_offset: offset,
      meta_data: {
        type: this.#element.type!,
        encodings: ['PLAIN', 'RLE'],
        path_in_schema: [this.#element.name],
        codec: 'ZSTD',
        num_values: BigInt(rows),
        total_compressed_size: BigInt(bytes),
        total_uncompressed_size: BigInt(unpackedBytes),
        data_page_offset: offset,
        statistics: {
          null_count: BigInt(nulls),
          ...(least <= most && {
            min_value: isTime ? new Date(least) : least,
            max_value: isTime ? new Date(most) : most,
          }),
        },
      },
    }
  }

  #note(bit: 0 | 1): void {
    if (this.#rows >> 3 === this.#present.length) {
      const grown = new Uint8Array(2 * this.#present.length)
      grown.set(this.#present)
      this.#present = grown
    }
    setBit(this.#present, this.#rows++, bit)
  }

  /** NaN is no bound. Of the zeros the least is -0 and the greatest +0, as the format asks. */
  #bound(value: number): void {
    const group = this.#group
    if (value < group.least) group.least = value === 0 ? -0 : value
    if (value > group.most) group.most = value === 0 ? 0 : value
  }

  /** Which rows have a value: runs of bits of one bit each (https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE). */
  #levels(): Uint8Array {
    const levels = new ByteWriter(16)
    if (this.#nulls === 0 || this.#nulls === this.#rows) {
      levels.appendVarInt(this.#rows << 1)
      levels.appendUint8(this.#nulls === 0 ? 1 : 0)
    } else {
      const bytes = (this.#rows + 7) >> 3
      levels.appendVarInt((bytes << 1) | 1)
      levels.appendBytes(this.#present.subarray(0, bytes))
    }
    return levels.getBytes()
  }

  #ensure(more: number): void {
    const needed = this.#length + more
    if (needed <= this.#page.bytes.length) return
    const grown = growable(Math.max(needed, 2 * this.#page.bytes.length))
    grown.bytes.set(this.#page.bytes.subarray(0, this.#length))
    this.#page = grown
  }
}

function emptyGroup() {
  return {
    pieces: [] as Uint8Array[],
    bytes: 0,
    unpackedBytes: 0,
    rows: 0,
    nulls: 0,
    least: Number.POSITIVE_INFINITY,
    most: Number.NEGATIVE_INFINITY,
  }
}

function growable(size: number) {
  const bytes = Buffer.alloc(size)
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, size) }
}

/** The first bit of a byte clears the others, which are of the page before. */
function setBit(bytes: Uint8Array, n: number, bit: 0 | 1): void {
  const at = n >> 3
  bytes[at] = (n & 7) === 0 ? bit : bytes[at]! | (bit << (n & 7))
}

/** What zlib gives out at once: a page mostly fits. */
const CHUNK_BYTES = 256 * 1024

/** A fifth of the time that Snappy takes without native code, and half its size. */
function pack(bytes: Uint8Array): Uint8Array {
  const packed = zstdCompressSync(bytes, {
    params: { [constants.ZSTD_c_compressionLevel]: 1 },
    pledgedSrcSize: bytes.length,
    chunkSize: Math.min(CHUNK_BYTES, Math.max(1024, bytes.length)),
  })
  // What zlib gives may keep a whole chunk in memory.
  return new Uint8Array(packed)
}
