import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import { parquetReadObjects } from 'hyparquet'
import { sampleCall } from '../../test/record-sample.ts'
import { generationPage } from '../explain/generation-story.ts'
import { PARQUET_CODECS } from '../files/parquet-codecs.ts'
import { type AddRows, replaceWithParquet } from '../files/parquet-file.ts'
import { openRecorder } from '../record/recorder.ts'
import { addExported, addStories, GENERATION_COLUMNS } from './generation-columns.ts'

const folder = mkdtempSync(join(tmpdir(), 'meritorder-columns-'))
after(() => rmSync(folder, { recursive: true, force: true }))

test('a call is the same row of Parquet from the record itself and from what a gateway tells', async () => {
  const recorder = await openRecorder({ dataFolder: folder, durability: 'write', now: Date.now })
  const failed = { code: 'provider_unavailable', message: 'broken' } as const
  const requests = [Buffer.from('{"q": "déjà vu", "n": [1, 2]}'), Buffer.from('no JSON'), null]
  for (const [n, request] of requests.entries()) {
    const call = sampleCall({ id: `gen-${n}`, bodyBytes: 40, generation: n === 1 ? { error: failed } : {} })
    await recorder.append({ ...call, request, ...(n === 2 && { answer: null }) })
  }
  const rating = { generationId: 'gen-0', caller: 'ann', ratedAt: 5, source: 'meritorder' }
  await recorder.rate([{ ...rating, kind: 'thumb', name: '', value: 1, text: null }])
  const query = { limit: 10, whole: true }
  const { data } = JSON.parse(JSON.stringify(generationPage(await recorder.list(query), query)))
  const exported = await recorder.exportPage(query)
  await recorder.close()
  assert.ok(exported)
  const rows = await written(addExported(exported))
  assert.equal(rows.length, 3)
  assert.deepEqual(rows.map(readable), (await written(addStories(data))).map(readable))
})

/** The rows of a file of these calls, as its reader finds them. */
async function written(add: AddRows): Promise<Record<string, unknown>[]> {
  const path = join(folder, 'calls.parquet')
  await replaceWithParquet(path, GENERATION_COLUMNS, Readable.from([add]))
  const compressors = PARQUET_CODECS
  return parquetReadObjects({ file: new Uint8Array(readFileSync(path)).buffer, compressors })
}

/** JSON text is what it says, however it is spaced. */
function readable(row: Record<string, unknown>) {
  return GENERATION_COLUMNS.map(({ name }) => [name, parsed(row[name])])
}

function parsed(value: unknown): unknown {
  try {
    return typeof value === 'string' ? JSON.parse(value) : value
  } catch {
    return value
  }
}
