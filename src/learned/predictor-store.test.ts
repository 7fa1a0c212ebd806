import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import {
  heldSince,
  keepPredictor,
  listPredictors,
  liveVersion,
  type PredictorChange,
  predictorCardPath,
  predictorFolder,
  predictorLogPath,
  predictorPath,
  promotePredictor,
  prunePredictors,
  readPredictorChanges,
  rollbackPredictor,
  versionBefore,
} from './predictor-store.ts'

const root = mkdtempSync(join(tmpdir(), 'meritorder-versions-'))
after(() => rmSync(root, { recursive: true, force: true }))

let folders = 0
const newFolder = () => join(root, `data${folders++}`)
const now = () => Date.parse('2026-11-26T08:00:00.000Z')
const keep = (folder: string, content: string) => keepPredictor(folder, Buffer.from(content))
const live = (folder: string) => liveVersion(readPredictorChanges(folder))

test('what is promoted is in force, and a rollback goes back one by one to the leaderboards alone', async () => {
  const folder = newFolder()
  const [a, b, c] = ['a', 'b', 'c'].map((content) => keep(folder, content)) as [string, string, string]
  for (const version of [a, b, c]) await promotePredictor(folder, version, 'promote', now)
  assert.equal(live(folder), c)
  assert.equal((await rollbackPredictor(folder, now)).to, b)
  assert.equal((await rollbackPredictor(folder, now)).to, a)
  assert.equal(heldSince(readPredictorChanges(folder)), '2026-11-26T08:00:00.000Z')
  await promotePredictor(folder, c, 'promote', now)
  assert.equal(heldSince(readPredictorChanges(folder)), undefined)
  assert.equal((await rollbackPredictor(folder, now)).to, a)
  assert.equal((await rollbackPredictor(folder, now)).to, null)
  assert.equal(live(folder), undefined)
  await assert.rejects(rollbackPredictor(folder, now), /No predictor is in force/)
})

test('a rollback goes where a stack of promotions says, whatever came before', () => {
  const step = fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.constant(undefined))
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const stack: string[] = []
      const changes: PredictorChange[] = []
      for (const promoted of steps) {
        const from = stack.at(-1) ?? null
        if (promoted === from || (promoted === undefined && from === null)) continue
        if (promoted === undefined) stack.pop()
        else stack.push(promoted)
        const to = stack.at(-1) ?? null
        changes.push({ at: '', by: promoted === undefined ? 'rollback' : 'promote', from, to })
        assert.equal(liveVersion(changes), to ?? undefined)
        assert.equal(versionBefore(changes), stack.at(-2) ?? null)
      }
    }),
  )
})

test('promoting what is in force changes nothing, and what is not kept cannot be promoted', async () => {
  const folder = newFolder()
  const version = keep(folder, 'a')
  await promotePredictor(folder, version, 'train', now)
  assert.equal(await promotePredictor(folder, version, 'train', now), undefined)
  assert.equal(readPredictorChanges(folder).length, 1)
  await assert.rejects(promotePredictor(folder, '0123456789ab', 'promote', now), /is not kept here/)
  assert.equal(live(folder), version)
})

test('many who promote at once leave one whole log with every change', async () => {
  const folder = newFolder()
  const versions = Array.from({ length: 12 }, (_, i) => keep(folder, `number ${i}`))
  await Promise.all(versions.map((version) => promotePredictor(folder, version, 'promote', now)))
  const changes = readPredictorChanges(folder)
  assert.deepEqual(new Set(changes.map(({ to }) => to)), new Set(versions))
  for (const [i, { from }] of changes.entries()) assert.equal(from, changes[i - 1]?.to ?? null)
})

test('pruning leaves the newest, the one in force and the one before it, and takes away what writers left', async () => {
  const folder = newFolder()
  const versions = Array.from({ length: 6 }, (_, i) => {
    const version = keepPredictor(folder, Buffer.from(`number ${i}`), { trial: 'better' })
    utimesSync(predictorPath(folder, version), i, i)
    return version
  })
  await promotePredictor(folder, versions[0]!, 'promote', now)
  await promotePredictor(folder, versions[1]!, 'promote', now)
  const [left, young] = ['a.bin.0123.tmp', 'b.bin.0123.tmp'].map((name) =>
    join(predictorFolder(folder), name),
  ) as [string, string]
  for (const path of [left, young]) writeFileSync(path, 'half of it')
  utimesSync(left, 0, 0)
  utimesSync(young, now() / 1_000, now() / 1_000)
  assert.deepEqual(await prunePredictors(folder, 2, now), [versions[3], versions[2]])
  assert.deepEqual(
    listPredictors(folder).map(({ version, isLive }) => [version, isLive]),
    [5, 4, 1, 0].map((i) => [versions[i], i === 1]),
  )
  assert.equal(existsSync(predictorCardPath(folder, versions[2]!)), false)
  assert.equal(existsSync(left), false)
  assert.equal(existsSync(young), true)
})

test('a damaged log is refused, naming the file and what to do', () => {
  const folder = newFolder()
  keep(folder, 'a')
  for (const content of ['', '{', '{"format":2,"changes":[]}', '{"format":1,"changes":[{"to":1}]}']) {
    writeFileSync(predictorLogPath(folder), content)
    assert.throws(() => readPredictorChanges(folder), /predictors\.json is damaged.*Remove it/)
  }
})

test('nothing is left but versions and the log', async () => {
  const folder = newFolder()
  await promotePredictor(folder, keep(folder, 'a'), 'fit', now)
  assert.deepEqual(readdirSync(folder), ['predictors', 'predictors.json'])
})
