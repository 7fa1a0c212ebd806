import assert from 'node:assert/strict'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, test } from 'node:test'
import { commandLineIn, firstJson } from '../command-line.ts'
import { frame, type ScriptedUpstream, startScriptedUpstream } from '../scripted-upstream.ts'
import { answering, CALL, selling, until } from './start-with-upstream.ts'

/** Streams that are open when the gateway is told to stop. */
const STREAMS = 100

let folder: string
let upstream: ScriptedUpstream
let running: ChildProcessWithoutNullStreams[] = []
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meritorder-stopping-'))
  upstream = await startScriptedUpstream()
})
afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
  running = []
  upstream.close()
  rmSync(folder, { recursive: true, force: true })
})

/** `meritorder up` as a process of its own. */
async function up(rest: string) {
  writeFileSync(join(folder, 'meritorder.yaml'), selling(upstream.url, rest))
  const child = commandLineIn(folder).start(['up', '--port', '0', '--json'])
  running.push(child)
  const { url } = (await firstJson(child)) as { url: string }
  return { child, url, log: text(child.stderr) }
}

const chunk = (content: string, rest: object = {}) =>
  frame({
    id: 'c',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'large-1',
    choices: [{ index: 0, delta: { content }, finish_reason: null, ...rest }],
  })

/** Answers each stream with one piece, and with the rest when it is told to, but for those that are to stall. */
function holdStreams() {
  const finish = Promise.withResolvers<void>()
  upstream.answer(({ body }) => ({
    contentType: 'text/event-stream',
    pieces: [chunk('begun ')],
    ending: 'hang',
    goOn:
      body.user === 'stalls'
        ? undefined
        : async (write) => {
            await finish.promise
            write(chunk('and ended'))
            write(chunk('', { finish_reason: 'stop' }))
            write('data: [DONE]\n\n')
          },
  }))
  return finish.resolve
}

const post = (url: string, body: object) =>
  fetch(`${url}/v1/chat/completions`, { method: 'POST', body: JSON.stringify(body) })

/** What is in the record once the gateway is gone. */
async function recorded(): Promise<{ id: string; outcome: string }[]> {
  const { code, stdout, stderr } = await commandLineIn(folder).run([
    'generations',
    '--json',
    '--limit',
    '1000',
  ])
  assert.equal(code, 0, stderr)
  return JSON.parse(stdout)
}

test('case 27: SIGTERM with 100 streams open: those that end in time are whole, the others are told, all are recorded, exit 0', {
  timeout: 300_000,
}, async () => {
  const finish = holdStreams()
  const { child, url, log } = await up('server: { drain_timeout_ms: 3000 }\n')
  const { port } = new URL(url)
  const ask = async (user: string) => (await post(url, { ...CALL, stream: true, user })).text()
  const ending = Array.from({ length: STREAMS / 2 }, () => ask('ends'))
  const stalling = Array.from({ length: STREAMS / 2 }, () => ask('stalls'))
  await until(async () => {
    const { calls } = (await (await fetch(`${url}/health`)).json()) as { calls: { running: number } }
    return calls.running === STREAMS && upstream.seen.length === STREAMS
  })
  // A request that has begun to arrive keeps its connection, and is answered.
  const asking = connect(Number(port), '127.0.0.1')
  asking.write('GET /ready HTTP/1.1\r\nhost: localhost\r\n')
  const late = connect(Number(port), '127.0.0.1')
  late.write(`POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n`)
  assert.equal((await fetch(`${url}/ready`)).status, 200)
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  await until(async () => {
    const probe = connect(Number(port), '127.0.0.1')
    const [refused] = await Promise.race([
      once(probe, 'connect').then(() => [false]),
      once(probe, 'error').then(() => [true]),
    ]).catch(() => [true])
    probe.destroy()
    return refused === true
  })
  asking.write('\r\n')
  late.write('\r\n{}')
  assert.match(await text(asking), /^HTTP\/1\.1 503 [\s\S]*connection: close[\s\S]*stopping/i)
  assert.match(await text(late), /^HTTP\/1\.1 503 [\s\S]*retry-after: 1[\s\S]*stopping/i)
  finish()
  for (const said of await Promise.all(ending)) assert.match(said, /and ended[\s\S]*data: \[DONE\]\n\n$/)
  for (const said of await Promise.all(stalling)) {
    assert.match(said, /begun [\s\S]*data: \{"error":\{"message":"This gateway stopped[^\n]*\n\n$/)
    assert.doesNotMatch(said, /\[DONE\]/)
  }
  assert.deepEqual(await exit, [0, null], await log)
  const outcomes = Object.groupBy(await recorded(), ({ outcome }) => outcome)
  assert.deepEqual([outcomes.complete?.length, outcomes.incomplete?.length], [STREAMS / 2, STREAMS / 2])
})

test('a second signal ends it at once', { timeout: 300_000 }, async () => {
  holdStreams()
  const { child, url } = await up('server: { drain_timeout_ms: 600000 }\n')
  const reply = await post(url, { ...CALL, stream: true, user: 'stalls' })
  reply.text().catch(() => {})
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  await until(() =>
    fetch(`${url}/health`).then(
      () => false,
      () => true,
    ),
  )
  child.kill('SIGTERM')
  assert.deepEqual(await exit, [130, null])
})

test('case 28: kill -9 under load: every answer that a caller has whole is in the record after the next start, once', {
  timeout: 300_000,
}, async () => {
  upstream.answer(answering('hello'))
  const known = new Set<string>()
  const { child, url } = await up('record: { durability: write }\n')
  const exit = once(child, 'exit')
  let alive = true
  const call = async () => {
    while (alive) {
      const reply = await post(url, CALL).catch(() => undefined)
      const whole = await reply?.json().catch(() => undefined)
      if (whole !== undefined) known.add(reply?.headers.get('x-generation-id') ?? 'none')
    }
  }
  const load = Array.from({ length: 8 }, call)
  await until(() => known.size > 50)
  child.kill('SIGKILL')
  await exit
  alive = false
  await Promise.all(load)
  const found = (await recorded()).map(({ id }) => id)
  assert.equal(new Set(found).size, found.length)
  assert.deepEqual(
    [...known].filter((id) => !found.includes(id)),
    [],
  )
})
