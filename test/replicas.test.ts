import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import {
  type ComparedModels,
  type ListedComparison,
  STRONG,
  startComparedModels,
  WEAK,
} from './compared-models.ts'
import { startPostgres, type TestPostgres } from './record-postgres.ts'

const ANNA = 'key-of-anna'
const QUESTION = { messages: [{ role: 'user', content: 'Name a river.' }] }
const ROUNDS = 5

let postgres: TestPostgres
let one: ComparedModels
let other: ComparedModels
before(async () => {
  postgres = await startPostgres()
  const yaml = `
record: { storage: full, database_url: '${postgres.url}' }
server: { keys: [{ name: anna, sha256: ${createHash('sha256').update(ANNA).digest('hex')} }] }
`
  ;[one, other] = await Promise.all([startComparedModels(yaml), startComparedModels(yaml)])
})
after(async () => {
  await Promise.all([one.close(), other.close()])
  await postgres.stop()
})

test('of two votes on one arena at two gateways at once exactly one counts, and the other is told which', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const { body: arena } = await one.post('/arena', { ...QUESTION, models: [STRONG, WEAK] }, ANNA)
    const vote = (gateway: ComparedModels, winner: string) =>
      gateway.post(`/arena/${arena.id}/vote`, { winner }, ANNA)
    const votes = await Promise.all([vote(one, 'a'), vote(other, 'b')])
    const [won, lost] = votes.toSorted((x, y) => x.status - y.status)
    assert.deepEqual([won?.status, lost?.status], [200, 409], JSON.stringify(votes.map(({ body }) => body)))
    for (const gateway of [one, other]) {
      const counted = (await listed(gateway)).filter(
        ({ id }) => id === `cmp-${arena.id.slice('arena-'.length)}`,
      )
      assert.deepEqual(
        counted.map(({ winner }) => winner),
        [won?.body.winner],
      )
    }
    assert.match(
      lost?.body.error.message ?? '',
      new RegExp(`voted on \\(${won?.body.winner}\\).*first vote stands`),
    )
  }
})

test('a user is forgotten at one gateway with what the other has written, and what was still in its journal is left out', async () => {
  const ask = async (gateway: ComparedModels) =>
    assert.equal(
      (await gateway.post('/chat/completions', { ...QUESTION, model: WEAK, user: 'u' }, ANNA)).status,
      200,
    )
  await Promise.all([ask(one), ask(other)])
  await Promise.all([callsOf(one, 'u'), callsOf(other, 'u')])
  await ask(other)
  const first = await forget(one, 'u')
  assert.ok(first.not_covered.some((where) => where.includes('other gateways on the same PostgreSQL')))
  // Asking the other gateway has it take in all that it had.
  assert.equal(await callsOf(other, 'u'), 0)
  assert.ok(first.deleted.generations! >= 2)
  assert.equal((await forget(one, 'u')).deleted.generations ?? 0, 0)
  await ask(other)
  assert.equal(await callsOf(other, 'u'), 1, 'what he asks later is kept')
})

const listed = async (gateway: ComparedModels) =>
  (await gateway.get<{ data: readonly ListedComparison[] }>('/comparisons', ANNA)).data

const callsOf = async (gateway: ComparedModels, user: string) =>
  (await gateway.get<{ data: readonly unknown[] }>(`/generations?tag.user=${user}`, ANNA)).data.length

async function forget(gateway: ComparedModels, user: string) {
  const headers = { authorization: `Bearer ${ANNA}` }
  const reply = await fetch(`${gateway.url}/v1/users/${user}`, { method: 'DELETE', headers })
  return (await reply.json()) as {
    readonly deleted: Readonly<Record<string, number>>
    readonly not_covered: readonly string[]
  }
}
