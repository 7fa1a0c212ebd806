import assert from 'node:assert/strict'
import fs from 'node:fs'
import { after, before, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { answering, CALL, startWithUpstream, until, type WithUpstream } from './start-with-upstream.ts'

let t: WithUpstream
before(async () => {
  t = await startWithUpstream()
})
after(() => t.close())

type Written = (error: Error | null, bytes?: number) => void

/** The disk does something else with what the journal writes. */
function disk(context: TestContext, does: (write: () => void, written: Written) => void) {
  const real = fs.write
  return context.mock.method(fs, 'write', ((...args: unknown[]) => {
    const written = args.at(-1) as Written
    does(() => Reflect.apply(real, fs, args), written)
  }) as unknown as typeof fs.write)
}

const records = async () =>
  (
    (await (await fetch(`${t.gateway.url}/health`)).json()) as {
      records: Record<'written' | 'waiting' | 'lost', number>
    }
  ).records

test('case 29: while the disk is full calls are answered, their records wait and are counted, and are there when it has room', async (context) => {
  const full = disk(context, (_write, written) =>
    written(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })),
  )
  const replies: Response[] = []
  for (let calls = 0; calls < 5; calls++) replies.push(await t.post(CALL))
  assert.deepEqual(
    replies.map(({ status }) => status),
    [200, 200, 200, 200, 200],
  )
  // The same question again is noted too, beside the calls.
  assert.ok((await records()).waiting >= 5)
  full.mock.restore()
  await until(async () => (await records()).waiting === 0)
  assert.equal((await records()).lost, 0)
  for (const reply of replies) assert.equal((await t.story(reply)).outcome, 'complete')
})

test('case 29: what does not fit into memory either is lost, counted, and costs no answer', async (context) => {
  const full = disk(context, (_write, written) =>
    written(new Error('ENOSPC: no space left on device, write')),
  )
  const { lost } = await records()
  const content = 'x'.repeat(4_000_000)
  for (let calls = 0; calls < 5; calls++) {
    const reply = await t.post({ ...CALL, messages: [{ role: 'user', content }] })
    assert.equal(reply.status, 200)
    await reply.text()
  }
  const told = await records()
  assert.ok(told.lost - lost >= 1 && told.waiting >= 1, JSON.stringify(told))
  full.mock.restore()
  await until(async () => (await records()).waiting === 0)
})

test('case 30: a disk that needs 50 ms a write holds up each answer by two writes at most: those that wait go together', async (context) => {
  const slow = disk(context, (write) => void sleep(50).then(write))
  const callers = Array.from({ length: 16 }, async () => {
    for (let calls = 0; calls < 5; calls++) assert.equal((await t.post(CALL)).status, 200)
  })
  await Promise.all(callers)
  assert.ok(slow.mock.callCount() <= 40, `80 records took ${slow.mock.callCount()} writes`)
  const { waiting } = await records()
  assert.equal(waiting, 0)
})

test('case 31: two answers under one id of the host’s are two records, each under an id of ours', async () => {
  t.upstream.answer(answering('the same', 'chatcmpl-twice'))
  const replies = [await t.post(CALL), await t.post(CALL)]
  const ids = new Set(replies.map((reply) => reply.headers.get('x-generation-id')))
  assert.equal(ids.size, 2)
  for (const reply of replies) assert.equal((await t.story(reply)).answer, 'the same')
})
