import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { PGlite } from '@electric-sql/pglite'
import { Kysely, PGliteDialect } from 'kysely'
import { sampleCall } from '../../test/record-sample.ts'
import { migrate } from '../store/migrate.ts'
import { MIGRATIONS } from '../store/migrations/all.ts'
import { withCopy } from '../store/pglite-copy.ts'
import type { Tables } from '../store/tables.ts'
import { toRow } from './generation-row.ts'
import { insertGenerations } from './generations.queries.ts'
import type { Rating } from './rating.ts'
import { latestRatings, putRatings, type RatedGeneration } from './ratings.queries.ts'

const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite: withCopy(await PGlite.create()) }) })

const id = (n: number) => `gen-${String(n).padStart(32, '0')}`
const rating = (n: number, facts: Partial<Rating>): Rating => ({
  generationId: id(n),
  caller: 'local',
  kind: 'thumb',
  name: '',
  value: 1,
  text: null,
  ratedAt: 1_000 * n,
  source: 'meritorder',
  ...facts,
})

before(async () => {
  await migrate(db, MIGRATIONS)
  await insertGenerations(
    db,
    Array.from({ length: 8 }, (_, n) => {
      const { generation } = sampleCall({ id: id(n), generation: { model: n === 7 ? null : `acme/${n}` } })
      const request = n === 3 ? null : Buffer.alloc(n === 4 ? 300_000 : 20, 'x')
      return { row: toRow(generation), request, answer: null }
    }),
  )
  await putRatings(db, [
    rating(0, { value: 0 }),
    rating(1, {}),
    rating(1, { kind: 'score', value: 0.3, ratedAt: 500 }),
    rating(1, { caller: 'another' }),
    rating(2, { kind: 'comment', value: null, text: 'well' }),
    rating(2, { kind: 'metric', name: 'speed', value: 7 }),
    rating(3, { ratedAt: 9_000 }),
    rating(4, { ratedAt: 9_000 }),
    rating(7, {}),
    rating(9, {}),
  ])
})
after(() => db.destroy())

const told = ({ rating: { generationId, caller, kind, value } }: RatedGeneration) =>
  `${Number(generationId.slice(4))} ${caller} ${kind} ${value}`
const EXPECTED = [
  '4 local thumb 1',
  '3 local thumb 1',
  '1 another thumb 1',
  '1 local score 0.3',
  '0 local thumb 0',
]

test('of each person on an answer the score counts, else the thumb; newest first, with who answered', async () => {
  const rated = await latestRatings(db, { limit: 100 })
  assert.deepEqual(rated.map(told), EXPECTED)
  assert.deepEqual(
    rated.map(({ model }) => model),
    ['acme/4', 'acme/3', 'acme/1', 'acme/1', 'acme/0'],
  )
})

test('pages follow each other without a gap, also among ratings of the same instant', async () => {
  const paged: RatedGeneration[] = []
  for (;;) {
    const before = paged.at(-1)?.rating
    const page = await latestRatings(db, { limit: 1, ...(before && { before }) })
    if (page.length === 0) break
    paged.push(...page)
  }
  assert.deepEqual(paged.map(told), EXPECTED)
})

test('a request comes along where it is kept and not large', async () => {
  const rated = await latestRatings(db, { limit: 100 })
  assert.deepEqual(
    rated.map(({ request }) => request?.length ?? null),
    [null, null, 20, 20, 20],
  )
})
