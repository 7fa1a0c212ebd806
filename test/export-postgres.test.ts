import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { parquetReadObjects } from 'hyparquet'
import { addExported, GENERATION_COLUMNS } from '../src/cli/generation-columns.ts'
import { PARQUET_CODECS } from '../src/files/parquet-codecs.ts'
import { type AddRows, replaceWithParquet } from '../src/files/parquet-file.ts'
import type { RecordedCall } from '../src/record/generation.ts'
import type { GenerationQuery } from '../src/record/generation-query.ts'
import { openRecorder, type Recorder } from '../src/record/recorder.ts'
import { startPostgres, type TestPostgres } from './record-postgres.ts'
import { sampleCall } from './record-sample.ts'

const folder = mkdtempSync(join(tmpdir(), 'meritorder-export-'))
let postgres: TestPostgres
let records: Recorder[]
before(async () => {
  postgres = await startPostgres()
  records = await Promise.all(
    [undefined, postgres.url].map((databaseUrl, n) =>
      openRecorder({
        dataFolder: join(folder, `${n}`),
        ...(databaseUrl !== undefined && { databaseUrl }),
        durability: 'write',
        now: Date.now,
      }),
    ),
  )
  for (const record of records) {
    for (const call of calls()) await record.append(call)
    const rating = { generationId: 'gen-3', caller: 'ann', ratedAt: 5, source: 'meritorder', text: 'né' }
    await record.rate([{ ...rating, kind: 'score', name: '', value: 0.25 }])
  }
})
after(async () => {
  for (const record of records) await record.close()
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Odd values, nulls, several callers, bodies of all sizes; larger ones than a page holds together. */
function calls(): RecordedCall[] {
  const requests = ['{"q":"déjà \\u0000 vu\\\\N\\t"}', 'no JSON', '', '{"q":"\ud83d\ude00"}', '{"n":[1e400]}']
  return Array.from({ length: 23 }, (_, n) => {
    const call = sampleCall({
      id: `gen-${n}`,
      bodyBytes: n === 7 ? 12_000_000 : 40,
      generation: {
        // Two calls each have one time.
        createdAt: 1_760_000_000_001 + (n >> 1),
        caller: n % 3 === 0 ? 'ann' : 'bob',
        tags: n % 2 === 0 ? {} : { user: `né "${n}"` },
        ...(n === 4 && { model: null, costUsd: null, error: { code: 'server', message: 'a\tb\n' } }),
        ...(n === 5 && { carbonGrams: null, totalMs: 0.1 + 0.2, conversation: null }),
      },
    })
    if (n === 7 || n === 8) return { ...call, request: Buffer.alloc(9_000_000, 'x') }
    return n < requests.length ? { ...call, request: Buffer.from(requests[n]!) } : call
  })
}

async function exported(record: Recorder, query: Omit<GenerationQuery, 'limit'>) {
  const pages: number[] = []
  async function* rows(): AsyncGenerator<AddRows> {
    for (let before: string | undefined; ; ) {
      const page = await record.exportPage({ ...query, limit: 9, ...(before !== undefined && { before }) })
      assert.ok(page)
      yield (columns) => {
        pages.push(addExported(page)(columns))
        return pages.at(-1)!
      }
      before = page.next
      if (before === undefined) return
    }
  }
  const path = join(folder, `${records.indexOf(record)}.parquet`)
  await replaceWithParquet(path, GENERATION_COLUMNS, rows())
  const file = new Uint8Array(readFileSync(path)).buffer
  return { pages, rows: await parquetReadObjects({ file, compressors: PARQUET_CODECS }) }
}

test('PostgreSQL exports the same rows as the embedded database, in the same pages, whatever is in them', async () => {
  const [embedded, other] = await Promise.all(records.map((record) => exported(record, {})))
  assert.deepEqual(other, embedded)
  assert.equal(new Set(embedded!.rows.map(({ id }) => id)).size, 23)
  assert.deepEqual(
    embedded!.rows.map(({ created_at }) => Number(created_at)),
    calls()
      .map(({ generation }) => generation.createdAt)
      .toReversed(),
  )
  // A page ends before its bodies are too large together.
  assert.ok(embedded!.pages.length > 3, `${embedded!.pages}`)
})

for (const query of [
  { caller: 'ann' },
  { tags: { user: 'né "9"' } },
  { text: 'no json' },
  { model: 'no/body' },
])
  test(`and those of a filter: ${JSON.stringify(query)}`, async () => {
    const [embedded, other] = await Promise.all(records.map((record) => exported(record, query)))
    assert.deepEqual(other, embedded)
    assert.equal(embedded!.rows.length, 'caller' in query ? 8 : 'model' in query ? 0 : 1)
  })
