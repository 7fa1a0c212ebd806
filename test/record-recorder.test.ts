import assert from 'node:assert/strict'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import pg from 'pg'
import type { Generation, RecordedCall } from '../src/record/generation.ts'
import { openJournal } from '../src/record/journal/writer.ts'
import type { Retention } from '../src/record/ledger/retention.ts'
import type { Rating } from '../src/record/rating.ts'
import { openRecorder, type Recorder } from '../src/record/recorder.ts'
import { openDatabase } from '../src/store/database.ts'
import { openPGlite } from '../src/store/pglite-folder.ts'
import { startPostgres, type TestPostgres } from './record-postgres.ts'
import { sampleCall } from './record-sample.ts'

/** What every recorder promises, whatever database stands behind it. */
function battery(name: string, databaseUrl: () => string | undefined) {
  describe(`the recorder on ${name}`, () => {
    const base = fs.mkdtempSync(join(tmpdir(), 'meritorder-recorder-'))
    const dataFolder = join(base, 'data')
    let recorder: Recorder

    const open = async (retention: Retention = {}) => {
      const url = databaseUrl()
      return openRecorder({
        dataFolder,
        durability: 'fsync',
        retention,
        now: Date.now,
        ...(url === undefined ? {} : { databaseUrl: url }),
      })
    }
    const ids = async (query: Omit<Parameters<Recorder['list']>[0], 'limit'> & { limit?: number }) =>
      (await recorder.list({ limit: 1000, ...query }))!.calls.map(({ generation }) => generation.id)

    before(async () => {
      recorder = await open()
    })
    after(async () => {
      await recorder.close()
      fs.rmSync(base, { recursive: true })
    })

    test('a call is found, with its bodies, as soon as its append has resolved', async () => {
      const call = sampleCall({ id: 'gen-found', bodyBytes: 1000 })
      assert.deepEqual(await recorder.append(call), { durable: true })
      const found = await recorder.find('gen-found')
      assert.deepEqual(found?.generation, call.generation)
      assert.deepEqual(Buffer.from(found?.request ?? []), call.request)
      assert.equal(found?.answer, call.answer)
      assert.equal(await recorder.find('gen-absent'), undefined)
    })

    test('what its text cannot hold makes no record unreadable and no question an error', async () => {
      const tags = { user: 'u\0', 'metadata.a\0': 'x\ud800', 'metadata.\udc00': '\0' }
      const before = recorder.stats().unreadable
      await recorder.append(sampleCall({ id: 'gen-odd', generation: { tags } }))
      const found = await recorder.find('gen-odd')
      const kept = { user: 'u\ufffd', 'metadata.a\ufffd': 'x\ufffd', 'metadata.\ufffd': '\ufffd' }
      assert.deepEqual(found?.generation.tags, kept)
      assert.equal(recorder.stats().unreadable, before)
      assert.equal(await recorder.findResponse('resp_\0', 'ann'), undefined)
      assert.deepEqual(await recorder.findItems(['\0'], 'ann', 1), [])
      const { deleted, remaining } = await recorder.forgetUser({ user: 'u\0' })
      assert.equal(deleted.generations, 1)
      assert.equal(remaining.generations, 0)
    })

    test('a stored response is found by the id that its caller knows, as part of its conversation and by its items', async () => {
      const stored = (n: number, previous: string | null, caller = 'ann') => ({
        ...sampleCall({ id: `gen-stored-${n}`, bodyBytes: 30, generation: { caller } }),
        response: { id: `resp_${n}`, previous, items: [`msg_${n}`, 'msg_all'], body: `{"\\u0000":"${n}"}` },
      })
      await Promise.all([
        recorder.append(stored(1, null)),
        recorder.append(stored(2, 'resp_1')),
        recorder.append(stored(3, 'resp_2')),
      ])
      const { response, request } = stored(3, 'resp_2')
      const found = await recorder.findResponse('resp_3', 'ann')
      assert.equal(found?.body, response.body)
      assert.deepEqual(Buffer.from(found?.request ?? []), request)
      assert.equal(await recorder.findResponse('resp_3', 'bob'), undefined)

      const limits = { responses: 3, bytes: 1000 }
      const bodies = async (last: string, more: object = {}) => {
        const conversation = await recorder.findConversation(last, 'ann', { ...limits, ...more })
        return conversation.kind === 'whole' ? conversation.responses.map(({ body }) => body) : conversation
      }
      const all = [1, 2, 3].map((n) => stored(n, null).response.body)
      assert.deepEqual(await bodies('resp_3'), all)
      assert.deepEqual(await bodies('resp_3', { responses: 2 }), { kind: 'too_long' })
      assert.deepEqual(await bodies('resp_3', { bytes: 100 }), { kind: 'too_long' })
      assert.deepEqual(await recorder.findItems(['msg_2', 'msg_none'], 'ann', 9), [all[1]])
      assert.deepEqual(await recorder.findItems(['msg_all'], 'ann', 2), [all[2], all[1]])

      assert.equal(await recorder.forgetResponse('resp_2', 'bob'), false)
      assert.equal(await recorder.forgetResponse('resp_2', 'ann'), true)
      assert.equal(await recorder.forgetResponse('resp_2', 'ann'), false)
      assert.deepEqual(await bodies('resp_3'), { kind: 'missing', id: 'resp_2' })
      const gone = await recorder.find('gen-stored-2')
      assert.deepEqual([gone?.request, gone?.answer, gone?.generation.caller], [null, null, 'ann'])
    })

    test('of two responses of one id, as hosts may give them, each caller has his own, and the newest', async () => {
      const of = (generation: string, caller: string, body: string) =>
        recorder.append({
          ...sampleCall({ id: generation, bodyBytes: 2, generation: { caller } }),
          response: { id: 'resp_twice', previous: null, items: [], body },
        })
      await of('gen-twice-1', 'ann', '1')
      await of('gen-twice-2', 'ann', '2')
      await of('gen-twice-3', 'bob', '3')
      assert.equal((await recorder.findResponse('resp_twice', 'ann'))?.body, '2')
      assert.equal((await recorder.findResponse('resp_twice', 'bob'))?.body, '3')
    })

    test('what calls have cost is summed exactly, by caller and day, without what was simulated', async () => {
      const [day, week, month] = [3, 2, 1].map((days) => days * 86_400_000) as [number, number, number]
      const spent = (id: string, createdAt: number, costUsd: string | null, more: object = {}) =>
        recorder.append(
          sampleCall({ id: `gen-spent-${id}`, generation: { caller: 'eve', createdAt, costUsd, ...more } }),
        )
      await spent('before', month - 1, '0.1')
      await spent('in-month', month, '0.2')
      await spent('in-week', week, '0.000000000000001')
      await spent('today', day, '0.4')
      await spent('unpriced', day, null)
      await spent('practice', day, '5', { simulated: true })
      const { total, ...since } = await recorder.spending({ caller: 'eve', day, week, month })
      assert.equal(total, '0.700000000000001')
      assert.deepEqual(
        [since.day, since.week, since.month].map(Number),
        [0.4, 0.400000000000001, 0.600000000000001],
      )
      const nobody = await recorder.spending({ caller: 'nobody', day, week, month })
      assert.equal(Number(nobody.total), 0)
    })

    test('bodies that were not kept are null, empty ones are empty', async () => {
      await recorder.append(sampleCall({ id: 'gen-bare' }))
      await recorder.append({ ...sampleCall({ id: 'gen-empty' }), request: new Uint8Array(), answer: '' })
      const bare = await recorder.find('gen-bare')
      const empty = await recorder.find('gen-empty')
      assert.deepEqual([bare?.request, bare?.answer], [null, null])
      assert.deepEqual([empty?.request?.length, empty?.answer], [0, ''])
    })

    test('what was said of an answer is there as soon as it resolved; the latest of a kind stands, whatever arrives when', async () => {
      const rating = (value: number, ratedAt: number, kind: Rating['kind'] = 'score'): Rating => ({
        ...{ generationId: 'gen-rated', caller: 'ann', kind, name: '', value, text: null },
        ...{ ratedAt, source: 'meritorder' },
      })
      await recorder.append(sampleCall({ id: 'gen-rated' }))
      assert.deepEqual(await recorder.rate([rating(0.1, 2), rating(0.9, 3), rating(1, 1, 'thumb')]), {
        durable: true,
      })
      await recorder.rate([rating(0.5, 2)])
      assert.deepEqual(await recorder.ratings('gen-rated'), [rating(1, 1, 'thumb'), rating(0.9, 3)])
      assert.deepEqual(await recorder.ratings('gen-absent'), [])
    })

    test('a list is narrowed by all that is known of a call, page by page', async () => {
      const at = (minute: number) => 1_600_000_000_000 + minute * 60_000
      for (let i = 0; i < 12; i++)
        await recorder.append({
          ...sampleCall({
            id: `gen-filter-${String(i).padStart(2, '0')}`,
            generation: {
              createdAt: at(i),
              caller: i % 2 === 0 ? 'filter-even' : 'filter-odd',
              outcome: i === 3 ? 'failed' : 'complete',
              costUsd: i === 4 ? null : `0.0${i}`,
              intents: [{ intent: i < 6 ? 'filter_early' : 'filter_late', p: 0.6 }],
              tags: { user: i % 3 === 0 ? 'ann' : 'ben' },
            },
          }),
          request: Buffer.from(`{"messages":[{"role":"user","content":"Stra\\u00dfe ${i}"}]}`),
          answer: i === 7 ? 'Nobody knows it.' : null,
        })
      const rated = (i: number, kind: Rating['kind'], value: number): Rating => ({
        ...{ generationId: `gen-filter-0${i}`, caller: 'x', kind, name: '', value, text: null },
        ...{ ratedAt: 1, source: 'meritorder' },
      })
      await recorder.rate([rated(1, 'thumb', 1), rated(2, 'score', 0.3), rated(3, 'metric', 9)])
      const found = async (query: Omit<Parameters<Recorder['list']>[0], 'limit'>) =>
        (await ids({ since: at(0), until: at(12), ...query })).map((id) => Number(id.slice(-2)))
      assert.deepEqual(await found({ caller: 'filter-odd' }), [11, 9, 7, 5, 3, 1])
      assert.deepEqual(await found({ since: at(9) }), [11, 10, 9])
      assert.deepEqual(await found({ until: at(2) }), [1, 0])
      assert.deepEqual(await found({ intent: 'filter_early', tags: { user: 'ann' } }), [3, 0])
      assert.deepEqual(await found({ outcome: 'failed' }), [3])
      assert.deepEqual(await found({ minCostUsd: 0.03, maxCostUsd: 0.06 }), [6, 5, 3])
      assert.deepEqual(await found({ rated: {} }), [3, 2, 1])
      assert.deepEqual(await found({ rated: { least: 0.5 } }), [1])
      assert.deepEqual(await found({ rated: { least: 0.2, most: 0.5 } }), [2])
      assert.deepEqual(await found({ text: 'STRASSE' }), [])
      assert.deepEqual(await found({ text: 'straße 1' }), [11, 10, 1])
      assert.deepEqual(await found({ text: 'nobody' }), [7])
      const first = (await recorder.list({ limit: 5, since: at(0), until: at(12), text: 'straße' }))!
      assert.deepEqual([first.calls.length, first.next], [5, 'gen-filter-07'])
      assert.equal(first.calls[0]?.request, null)
      const { calls, next } = (await recorder.list({
        limit: 10,
        since: at(0),
        until: at(12),
        before: first.next!,
        whole: true,
      }))!
      assert.deepEqual([calls.length, next], [7, undefined])
      const one = calls.find(({ generation }) => generation.id === 'gen-filter-01')
      assert.match(Buffer.from(one?.request ?? []).toString(), /content/)
      assert.deepEqual(one?.ratings, [rated(1, 'thumb', 1)])
      assert.equal(await recorder.list({ limit: 1, before: 'gen-absent' }), undefined)
      const others = { limit: 1, before: 'gen-filter-04', caller: 'filter-odd' }
      assert.equal(await recorder.list(others), undefined)
    })

    test('cost keeps fifteen decimals', async () => {
      for (const costUsd of ['0.000000000000001', '123456789.123456789012345', '0']) {
        await recorder.append(sampleCall({ id: `gen-cost-${costUsd}`, generation: { costUsd } }))
        assert.equal((await recorder.find(`gen-cost-${costUsd}`))?.generation.costUsd, costUsd)
      }
    })

    test('text that PostgreSQL cannot hold is kept as far as it can, bodies exactly', async () => {
      const call = {
        ...sampleCall({ id: 'gen-nul', generation: { reason: 'a\0b \ud800 \\u0000', tags: { k: '\0' } } }),
        request: Buffer.from([0, 255, 0]),
        answer: 'x\0y',
      }
      await recorder.append(call)
      const found = await recorder.find('gen-nul')
      assert.equal(found?.generation.reason, 'a\ufffdb \ufffd \\u0000')
      assert.deepEqual(found?.generation.tags, { k: '\ufffd' })
      assert.deepEqual([...(found?.request ?? [])], [0, 255, 0])
      assert.equal(found?.answer, 'x\0y')
    })

    test('the same call twice is one row', async () => {
      await Promise.all([1, 2, 3].map(() => recorder.append(sampleCall({ id: 'gen-twice' }))))
      assert.equal((await ids({})).filter((id) => id === 'gen-twice').length, 1)
    })

    test('lists come newest first, by page, by model and by provider, without bodies', async () => {
      const later = (number: number): Partial<Generation> => ({
        createdAt: 1_800_000_000_000 + Math.floor(number / 2),
        provider: number % 2 === 0 ? 'even' : 'odd',
        model: `acme/m${number % 3}`,
      })
      await Promise.all(
        Array.from({ length: 12 }, (_, number) =>
          recorder.append(
            sampleCall({
              id: `gen-list-${String(number).padStart(2, '0')}`,
              bodyBytes: 10,
              generation: later(number),
            }),
          ),
        ),
      )
      const all = Array.from({ length: 12 }, (_, index) => `gen-list-${String(11 - index).padStart(2, '0')}`)
      assert.deepEqual(await ids({ limit: 12 }), all)
      const pages = [await ids({ limit: 5 })]
      while (pages.flat().length < 12) pages.push(await ids({ limit: 5, before: pages.at(-1)?.at(-1) ?? '' }))
      assert.deepEqual(pages.flat().slice(0, 12), all)
      assert.deepEqual(
        await ids({ provider: 'odd' }),
        all.filter((id) => Number(id.slice(-2)) % 2 === 1),
      )
      assert.deepEqual(
        await ids({ model: 'acme/m0', provider: 'even' }),
        all.filter((id) => Number(id.slice(-2)) % 6 === 0),
      )
      assert.deepEqual(
        (await recorder.list({ limit: 1 }))!.calls.map(({ request, answer }) => [request, answer]),
        [[null, null]],
      )
    })

    test('a record that the tables refuse is kept aside and does not hold up the others', async () => {
      const dear = sampleCall({ id: 'gen-refused', generation: { costUsd: '1000000000000' } })
      await Promise.all([
        recorder.append(sampleCall({ id: 'gen-before' })),
        recorder.append(dear),
        recorder.append(sampleCall({ id: 'gen-after' })),
      ])
      assert.equal(await recorder.find('gen-refused'), undefined)
      assert.notEqual(await recorder.find('gen-before'), undefined)
      assert.notEqual(await recorder.find('gen-after'), undefined)
      assert.equal(recorder.stats().unreadable, 1)
    })

    test('a call that cannot be written down is counted and does not throw', async () => {
      const tags = {
        get broken(): string {
          throw new Error('cannot be read')
        },
      }
      assert.equal(
        (await recorder.append(sampleCall({ id: 'gen-bad', generation: { tags } }))).durable,
        false,
      )
      assert.equal(recorder.stats().lost, 1)
    })

    test('a large body goes through', async () => {
      const answer = 'é'.repeat(1_000_000)
      await recorder.append({
        ...sampleCall({ id: 'gen-large' }),
        request: Buffer.alloc(5_000_000, 65),
        answer,
      })
      const found = await recorder.find('gen-large')
      assert.equal(found?.request?.length, 5_000_000)
      assert.equal(found?.answer, answer)
    })

    test('after many segments the journal is short and every record is there', async () => {
      const answer = 'y'.repeat(100_000)
      const count = 800
      for (let from = 0; from < count; from += 50) {
        await Promise.all(
          Array.from({ length: 50 }, (_, number) =>
            recorder.append({ ...sampleCall({ id: `gen-many-${from + number}` }), answer }),
          ),
        )
      }
      await recorder.drained()
      assert.ok(fs.readdirSync(join(dataFolder, 'journal')).length <= 4)
      assert.equal((await ids({ limit: 10_000 })).filter((id) => id.startsWith('gen-many')).length, count)
    })

    test('what is kept in the place of words comes back, and goes with its user', async () => {
      const fingerprint = { promptHash: 'abc', embedder: 'hashed-1', embedding: 'AACAPw==', shape: null }
      const tags = { user: 'it"s me' }
      const call = sampleCall({ id: 'gen-hashed', generation: { storage: 'hashed', tags } })
      await recorder.append({ ...call, fingerprint })
      const others = await ids({ limit: 10_000, tags: { app: 'test' } })
      assert.deepEqual((await recorder.find('gen-hashed'))?.fingerprint, fingerprint)
      assert.deepEqual(
        (await recorder.list({ limit: 1, tags, whole: true }))?.calls[0]?.fingerprint,
        fingerprint,
      )
      const { deleted, remaining } = await recorder.forgetUser({ user: tags.user })
      assert.deepEqual([deleted.generations, deleted.prompt_fingerprints], [1, 1])
      assert.deepEqual(new Set(Object.values(remaining)), new Set([0]))
      assert.deepEqual(await ids({ limit: 10_000, tags: { app: 'test' } }), others)
    })

    test('what is too old goes behind the callers’ back', async () => {
      const createdAt = Date.now() - 400 * 86_400_000
      const id = `gen-${createdAt.toString(16).padStart(12, '0')}${'0'.repeat(20)}`
      const error = { code: 'server', message: 'words' } as const
      await recorder.append(sampleCall({ id, bodyBytes: 30, generation: { createdAt, error } }))
      const day = 86_400_000
      for (const [retention, isGone] of [
        [{ bodiesMs: 300 * day }, (found: RecordedCall | undefined) => found?.request === null],
        [{ callsMs: 399 * day }, (found: RecordedCall | undefined) => found === undefined],
      ] as const) {
        await recorder.drained()
        await recorder.close()
        recorder = await open(retention)
        const started = performance.now()
        for (let found = await recorder.find(id); !isGone(found); found = await recorder.find(id))
          assert.ok(performance.now() - started < 60_000)
      }
      await recorder.close()
      recorder = await open()
    })

    test('closing empties the journal and gives the lock back; opening again finds everything', async () => {
      const known = await ids({ limit: 10_000 })
      await recorder.close()
      assert.deepEqual(fs.readdirSync(join(dataFolder, 'journal')), [])
      assert.equal(fs.existsSync(join(dataFolder, 'lock')), false)
      assert.equal((await recorder.append(sampleCall({ id: 'gen-late' }))).durable, false)
      recorder = await open()
      assert.deepEqual(await ids({ limit: 10_000 }), known)
    })

    test('records that were only in the journal are taken in at the next start, in older forms too', async () => {
      await recorder.close()
      const journal = await openJournal({
        folder: join(dataFolder, 'journal'),
        durability: 'fsync',
        newId: () => `left-${Date.now()}`,
        onDurable: () => {},
        onTrouble: () => {},
        onRecovery: () => {},
      })
      await journal.append('{"id":"gen-older","createdAt":1700000000000,"model":"acme/one"}', null, 'kept')
      await journal.append('not json', null, null)
      await journal.append(JSON.stringify(sampleCall({ id: 'gen-left' }).generation), null, null)
      await journal.close()
      recorder = await open()
      assert.equal((await recorder.find('gen-older'))?.answer, 'kept')
      assert.equal((await recorder.find('gen-left'))?.generation.id, 'gen-left')
      assert.equal(recorder.stats().unreadable, 1)
    })

    test('a second opener is refused and does not disturb the first', async () => {
      await assert.rejects(open(), /in use by process/)
      await recorder.append(sampleCall({ id: 'gen-still' }))
      assert.notEqual(await recorder.find('gen-still'), undefined)
    })

    test('a database written by a newer program is refused and left as it is', async (t: TestContext) => {
      await recorder.close()
      const setVersion = async (statement: string) => {
        const database = await openDatabase(dataFolder, databaseUrl())
        await sql.raw(statement).execute(database.db)
        await database.checkpoint()
        await database.close()
      }
      await setVersion("insert into schema_migrations (version, name) values (99, 'from the future')")
      t.after(async () => {
        recorder = await open()
      })
      const url = databaseUrl()
      if (url === undefined) {
        // Normally format.json tells at once; without it the database itself does, and nothing is stored.
        const late = await open()
        assert.equal((await late.append(sampleCall({ id: 'gen-late-2' }))).durable, true)
        await assert.rejects(late.find('gen-late-2'), /schema 99.*newer Meritorder/s)
        await late.close()
        fs.writeFileSync(join(dataFolder, 'format.json'), '{"schema":99}')
      }
      await assert.rejects(open(), /schema 99.*newer Meritorder/s)
      fs.rmSync(join(dataFolder, 'format.json'), { force: true })
      await removeFutureVersion(dataFolder, url)
    })
  })
}

/** The way back that a person would have to take by hand. */
async function removeFutureVersion(dataFolder: string, url: string | undefined): Promise<void> {
  const statement = 'delete from schema_migrations where version = 99'
  if (url === undefined) {
    const { pglite } = await openPGlite(join(dataFolder, 'database'))
    await pglite.exec(statement)
    await pglite.close()
    return
  }
  await change(url, statement)
}

async function change(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(statement)
  await client.end()
}

/** Asks again until there is an answer; the test's own time limit ends it. */
async function eventually<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask()
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

battery('PGlite', () => undefined)

let postgres: TestPostgres | undefined
describe('PostgreSQL', () => {
  before(async () => {
    postgres = await startPostgres()
  })
  after(() => postgres?.stop())
  battery('PostgreSQL', () => postgres?.url)

  test('case 29: that fails for a while delays records and loses none', async (t) => {
    const dataFolder = fs.mkdtempSync(join(tmpdir(), 'meritorder-recorder-'))
    const databaseUrl = postgres?.url ?? ''
    const warnings: string[] = []
    const warn = (_facts: object, message: string) => void warnings.push(message)
    const recorder = await openRecorder({
      dataFolder,
      databaseUrl,
      durability: 'fsync',
      now: Date.now,
      log: { info: warn, warn, error: warn },
    })
    t.after(async () => {
      await recorder.close()
      fs.rmSync(dataFolder, { recursive: true })
    })
    await change(databaseUrl, 'alter table generations rename to elsewhere')
    assert.deepEqual(await recorder.append(sampleCall({ id: 'gen-delayed' })), { durable: true })
    await assert.rejects(recorder.find('gen-delayed'), /database does not work/)
    await change(databaseUrl, 'alter table elsewhere rename to generations')
    const found = await eventually(() => recorder.find('gen-delayed'))
    assert.equal(found?.generation.id, 'gen-delayed')
    assert.match(warnings.join(), /records gather in the journal/)
  })

  test('that does not answer is named before the gateway accepts calls', async () => {
    const dataFolder = fs.mkdtempSync(join(tmpdir(), 'meritorder-recorder-'))
    const url = 'postgres://nobody:secret@127.0.0.1:1/none'
    await assert.rejects(
      openRecorder({ dataFolder, databaseUrl: url, durability: 'fsync', now: Date.now }),
      (error) =>
        error instanceof Error && /ECONNREFUSED/.test(error.message) && !/secret/.test(error.message),
    )
    assert.equal(fs.existsSync(join(dataFolder, 'lock')), false)
    fs.rmSync(dataFolder, { recursive: true })
  })
})
