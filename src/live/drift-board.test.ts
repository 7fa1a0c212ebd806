import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { endpoint } from '../../test/sample-market.ts'
import { createDriftBoard } from './drift-board.ts'

const folder = mkdtempSync(join(tmpdir(), 'meritorder-drift-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const SILENT = { info() {}, warn() {}, error() {} } as never
const board = (now = 1) => createDriftBoard(folder, () => now, SILENT)
const offered = (usd: number) => [endpoint('acme/large-1', 'acme/large', [usd, 25])]

test('a price that changed while the gateway was away is told, one that is only met is not', () => {
  const first = board()
  first.notePrices(offered(5))
  first.notePrices(offered(5))
  assert.deepEqual(first.list([]), [])
  const second = board(2)
  second.notePrices(offered(7.5))
  const [change] = second.list([])
  assert.ok(change?.kind === 'price')
  assert.equal(change.endpoint, 'acme/large-1')
  assert.equal(Number(change.before.prompt), 5e-6)
  assert.equal(Number(change.since.prompt), 7.5e-6)
  assert.equal(change.at, 2)
})

test('a damaged file of prices is nothing to compare with', () => {
  writeFileSync(join(folder, 'prices.json'), '{"version":1,"prices":{"acme/large-1":{"prom')
  const one = board()
  one.notePrices(offered(9))
  assert.deepEqual(one.list([]), [])
})

test('what is asked is told of a caller’s own calls, and of all where none is named', () => {
  const one = board()
  for (const [caller, intents] of [
    ['anna', ['text_correction', 'code_generation']],
    ['ben', ['translation', 'translation']],
  ] as const)
    for (const intent of intents) for (let call = 0; call < 500; call++) one.noteIntent(intent, caller)
  const kinds = (caller?: string) => one.list([], caller).map(({ kind }) => kind)
  assert.deepEqual(kinds('anna'), ['intents'])
  assert.deepEqual(kinds('ben'), [])
  assert.deepEqual(kinds('nobody'), [])
  assert.ok(kinds().length > 1, 'that another caller came is a shift of all calls too')
})

test('what was found stands latest first', () => {
  const one = board(5)
  one.notePrices(offered(10))
  const quality = { model: 'a/one', at: 9, ratings: 50, before: 0, since: -0.1 }
  assert.deepEqual(
    one.list([quality]).map(({ kind }) => kind),
    ['quality', 'price'],
  )
})
