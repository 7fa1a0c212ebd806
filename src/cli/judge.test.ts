import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, beforeEach, test } from 'node:test'
import { commandLineIn } from '../../test/command-line.ts'

const folder = mkdtempSync(join(tmpdir(), 'meritorder-judge-'))
const { run } = commandLineIn(folder)

/** What the judge says, or the status it fails with; it stands where a gateway would. */
let say: (prompt: string) => string | number
let asked = 0
let simulated = false
const gateway = createServer(async (request, reply) => {
  if (request.url === '/health') {
    reply.end(JSON.stringify({ status: 'ok', simulated, models: 1, endpoints: 1 }))
    return
  }
  asked++
  const { messages, model } = JSON.parse(await text(request))
  if (model !== 'acme/judge') {
    reply.statusCode = 400
    reply.end(JSON.stringify({ error: { message: 'There is no such model.', code: 'model_not_found' } }))
    return
  }
  const said = say(messages.at(-1).content)
  if (typeof said === 'number') {
    reply.statusCode = said
    reply.end(JSON.stringify({ error: { message: `no (${said})`, code: null } }))
    return
  }
  reply.setHeader('x-meritorder-cost', '0.01')
  reply.end(JSON.stringify({ choices: [{ message: { content: said } }] }))
})
let url = ''
before(async () => {
  gateway.listen(0, '127.0.0.1')
  await once(gateway, 'listening')
  url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`
})
beforeEach(() => {
  asked = 0
  say = preferring('good')
  rmSync(join(folder, 'out.jsonl'), { force: true })
})
after(() => {
  gateway.close()
  rmSync(folder, { recursive: true, force: true })
})

const preferring = (word: string) => (content: string) => {
  const first = content.slice(0, content.indexOf('<second answer>')).includes(word)
  const second = content.slice(content.indexOf('<second answer>')).includes(word)
  return JSON.stringify({ reason: 'r', winner: first === second ? 'tie' : first ? 'first' : 'second' })
}

const pairs = [
  { id: '1', model_a: 'm', model_b: 'n', prompt: 'p1', response_a: 'good', response_b: 'bad', winner: 'a' },
  { id: '2', model_a: 'm', model_b: 'n', prompt: 'p2', response_a: 'bad', response_b: 'good', winner: 'a' },
  { id: '3', model_a: 'm', model_b: 'n', prompt: 'p3', response_a: 'bad', response_b: 'bad', extra: [1] },
]
const write = (lines: readonly object[]) =>
  writeFileSync(join(folder, 'pairs.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n'))
const judge = (...options: string[]) =>
  run(
    'judge --data pairs.jsonl --out out.jsonl --json'
      .split(' ')
      .concat(['--model', 'acme/judge', '--max-cost', '10', '--url', url, ...options]),
  )
const written = () =>
  readFileSync(join(folder, 'out.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

test('pairs become comparisons that a leaderboard takes, with the judge’s reasons and agreement with people', async () => {
  const itself = { ...pairs[0]!, response_b: 'other', model_b: pairs[0]!.model_a }
  write([...pairs, { prompt: 'p', response_a: 'x' }, pairs[0]!, itself])
  const { code, stdout, stderr } = await judge()
  assert.equal(code, 0, stderr)
  const report = JSON.parse(stdout)
  assert.deepEqual(
    [report.pairs, report.consistent, report.with_people, report.agreed, report.first_place],
    [3, 1, 2, 0.5, 0.5],
  )
  assert.ok(Math.abs(report.cost_usd - 0.06) < 1e-9)
  assert.deepEqual(
    report.left_out.map(({ why }: { why: string }) => why),
    ['has no "response_b" that can be read', 'repeats a pair', 'sets a model against itself'],
  )
  const lines = written()
  assert.deepEqual(
    lines.map(({ winner, human, judge, extra }) => [winner, human, judge, extra]),
    [
      ['a', 'a', 'acme/judge', undefined],
      ['b', 'a', 'acme/judge', undefined],
      ['tie', undefined, 'acme/judge', [1]],
    ],
  )
  const board = await run(['leaderboard', '--data', 'out.jsonl', '--least', '1', '--json'])
  assert.equal(JSON.parse(board.stdout).comparisons, 3)
})

test('what was judged is not paid for again, and a changed rubric is another judge', async () => {
  write(pairs)
  await judge()
  assert.equal(asked, 6)
  const again = JSON.parse((await judge()).stdout)
  assert.deepEqual([asked, again.judged_before, again.cost_usd], [6, 3, 0])
  writeFileSync(join(folder, 'rubric.txt'), 'Be strict.')
  await judge('--rubric', 'rubric.txt')
  assert.equal(asked, 12)
})

test('at the most that it may cost it stops, keeps what it has, and goes on later', async () => {
  write(pairs)
  const first = await judge('--max-cost', '0.02', '--at-once', '1')
  assert.equal(first.code, 1)
  assert.match(JSON.parse(first.stdout).stopped, /2 pairs are left/)
  assert.equal(written().length, 1)
  const second = JSON.parse((await judge()).stdout)
  assert.deepEqual([second.judged_before, second.pairs, second.stopped], [1, 3, null])
})

test('a judge that talks nonsense is left out, one that favours a place makes ties, one that is down ends it', async () => {
  write(pairs)
  say = () => 'I like both.'
  const { code, stdout, stderr } = await judge()
  const nonsense = JSON.parse(stdout)
  assert.deepEqual([nonsense.pairs, nonsense.left_out[0].why], [0, 'got no verdict that can be read'])
  assert.deepEqual([code, stderr.trim()], [1, 'error: no pair was judged'])
  say = () => '{"winner":"first"}'
  const biased = JSON.parse((await judge()).stdout)
  assert.deepEqual([biased.consistent, biased.first_place], [0, 1])
  assert.ok(written().every(({ winner }) => winner === 'tie'))
  rmSync(join(folder, 'out.jsonl'))
  say = () => 503
  const down = await judge('--at-once', '1')
  assert.equal(down.code, 1)
  assert.match(down.stderr, /does not answer: no \(503\).*3 pairs are left/)
  assert.equal(asked < 30, true)
})

test('what is in the output already stays, whoever made it; the file of pairs is never written over', async () => {
  write(pairs)
  const byPerson = { id: '9', model_a: 'm', model_b: 'n', winner: 'b', judge: 'person' }
  writeFileSync(join(folder, 'out.jsonl'), `${JSON.stringify(byPerson)}\n`)
  await judge()
  write(pairs.slice(0, 1))
  assert.equal(JSON.parse((await judge()).stdout).pairs, 1)
  assert.deepEqual(
    written()
      .map(({ id }) => id)
      .sort(),
    ['1', '2', '3', '9'],
  )
  const over = await judge('--out', 'pairs.jsonl')
  assert.deepEqual(
    [over.code, readFileSync(join(folder, 'pairs.jsonl'), 'utf8')],
    [2, JSON.stringify(pairs[0])],
  )
  writeFileSync(join(folder, 'out.jsonl'), 'my notes\n')
  assert.match((await judge()).stderr, /out\.jsonl:1 is no comparison/)
  assert.equal(readFileSync(join(folder, 'out.jsonl'), 'utf8'), 'my notes\n')
})

test('what a killed run had judged is not paid for again, however its last line was torn', async () => {
  write(pairs)
  await judge()
  const [first, second] = readFileSync(join(folder, 'out.jsonl'), 'utf8').split('\n')
  rmSync(join(folder, 'out.jsonl'))
  writeFileSync(join(folder, 'out.jsonl.part'), `${first}\n${second!.slice(0, 40)}`)
  const report = JSON.parse((await judge()).stdout)
  assert.deepEqual([report.judged_before, report.pairs], [1, 3])
  assert.equal(existsSync(join(folder, 'out.jsonl.part')), false)
})

test('what is judged is on the disk before the run ends, on a line of its own', async () => {
  write(pairs)
  writeFileSync(join(folder, 'out.jsonl.part'), '{"torn')
  let kept = ''
  say = (content) => {
    if (content.includes('p2')) kept = readFileSync(join(folder, 'out.jsonl.part'), 'utf8')
    return preferring('good')(content)
  }
  await judge('--at-once', '1')
  assert.equal(JSON.parse(kept.split('\n').at(-1)!).id, '1')
})

test('a pair that is refused is left out, and the others are judged; the same answers of other models are another pair', async () => {
  write([...pairs, { ...pairs[2], model_b: 'o' }])
  say = (content) => (content.includes('p1') ? 400 : preferring('good')(content))
  const { code, stdout } = await judge()
  const { pairs: judged, left_out } = JSON.parse(stdout)
  assert.deepEqual([code, judged, left_out.length], [0, 3, 1])
  assert.match(left_out[0].why, /refused .*no \(400\)/)
})

test('a judge that nobody sells, one that is simulated, and no gateway at all, are said at once', async () => {
  write(pairs)
  const unknown = await judge('--model', 'acme/nobody', '--at-once', '1')
  assert.equal(unknown.code, 1)
  assert.match(unknown.stderr, /There is no such model\. 3 pairs are left/)
  assert.equal(asked <= 2, true)
  const askedBefore = asked
  simulated = true
  const practising = await judge()
  simulated = false
  assert.deepEqual([practising.code, asked], [2, askedBefore])
  assert.match(practising.stderr, /simulated answers only, and those judge nothing: start it with the key/)
  const nobody = await judge('--url', 'http://127.0.0.1:9')
  assert.equal(nobody.code, 2)
  assert.match(nobody.stderr, /meritorder up/)
})
