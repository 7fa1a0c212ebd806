import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { PGlite } from '@electric-sql/pglite'
import { Kysely, PGliteDialect, sql } from 'kysely'
import { sampleCall } from '../../test/record-sample.ts'
import { migrate } from '../store/migrate.ts'
import { comparedSimulated } from '../store/migrations/0010-compared-simulated.ts'
import { MIGRATIONS } from '../store/migrations/all.ts'
import { withCopy } from '../store/pglite-copy.ts'
import type { Tables } from '../store/tables.ts'
import { type Arena, comparisonIdOf } from './comparison.ts'
import {
  findArena,
  latestCompared,
  listComparisons,
  putArenas,
  putComparisons,
} from './comparisons.queries.ts'
import { deleteCalls } from './delete-calls.queries.ts'
import { toRow } from './generation-row.ts'
import { insertGenerations } from './generations.queries.ts'

const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite: withCopy(await PGlite.create()) }) })
after(() => db.destroy())

const callOf = (id: string, simulated: boolean) => ({
  row: toRow(sampleCall({ id, generation: { simulated } }).generation),
  request: null,
  answer: null,
})
const arenaOf = (name: string, generationA: string, generationB: string): Arena => ({
  id: `arena-${name}`,
  createdAt: 1,
  ...{ caller: 'ann', generationA, generationB, modelA: 'a', modelB: 'b' },
  ...{ intents: [], language: 'en', tags: {}, lead: [] },
})
const vote = ({ createdAt, ...pair }: Arena) =>
  putComparisons(db, [
    {
      ...pair,
      id: comparisonIdOf(pair.id),
      comparedAt: createdAt,
      ...{ winner: 'a', judge: 'person', source: 'arena', costUsd: '0' },
    },
  ])
const simulatedOf = async () =>
  Object.fromEntries((await listComparisons(db, { limit: 99 })).map(({ id, simulated }) => [id, simulated]))

test('what was compared before that was kept apart is marked by its calls', async () => {
  const before = MIGRATIONS.slice(0, MIGRATIONS.indexOf(comparedSimulated))
  await migrate(db, before)
  await insertGenerations(db, [callOf('gen-real', false), callOf('gen-played', true)])
  for (const [id, b] of [
    ['cmp-old-real', 'gen-real'],
    ['cmp-old-played', 'gen-played'],
  ])
    await sql`insert into comparisons values (${id}, now(), 'ann', 'gen-real', ${b}, 'a', 'b', 'a', 'person', 'arena',
      '[]', 'en', '{}', '[]', 0)`.execute(db)
  await migrate(db, MIGRATIONS)
  assert.deepEqual(await simulatedOf(), { 'cmp-old-real': false, 'cmp-old-played': true })
})

test('a comparison of simulated answers stays one when its calls are gone, a vote that came after them too', async () => {
  const early = arenaOf('early', 'gen-real', 'gen-played')
  const late = arenaOf('late', 'gen-played', 'gen-real')
  const real = arenaOf('real', 'gen-real', 'gen-other')
  await putArenas(db, [early, late, real])
  await vote(early)
  await deleteCalls(db, ['gen-real', 'gen-played'])
  await vote(late)
  await vote(real)
  const { 'cmp-early': first, 'cmp-late': second, 'cmp-real': third } = await simulatedOf()
  assert.deepEqual([first, second, third], [true, true, false])
  const learned = await latestCompared(db, 99)
  assert.equal(learned.find(({ comparison }) => comparison.id === 'cmp-early')?.comparison.simulated, true)
  assert.equal((await findArena(db, late.id, 'ann'))?.winner, 'a')
})
