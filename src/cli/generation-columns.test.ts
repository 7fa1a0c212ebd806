import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sampleCall } from '../../test/record-sample.ts'
import { generationPage } from '../explain/generation-story.ts'
import { openRecorder } from '../record/recorder.ts'
import { GENERATION_COLUMNS, type GenerationRow, rowOfStory, rowsOfExported } from './generation-columns.ts'

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
  const rows = exported === undefined ? [] : rowsOfExported(exported)
  assert.equal(rows.length, 3)
  assert.deepEqual(rows.map(readable), data.map(rowOfStory).map(readable))
})

/** What a reader of the file finds: JSON text is what it says, however it is spaced. */
function readable(row: GenerationRow) {
  return GENERATION_COLUMNS.map(({ name, of }) => {
    const value = of(row)
    return [name, parsed(value instanceof Uint8Array ? new TextDecoder().decode(value) : value)]
  })
}

function parsed(value: unknown): unknown {
  try {
    return typeof value === 'string' ? JSON.parse(value) : value
  } catch {
    return value
  }
}
