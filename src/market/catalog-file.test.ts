import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { MeritorderError } from '../errors.ts'
import { readCatalog, writeCatalog } from './catalog-file.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'meritorder-catalog-'))
const empty = { version: '1', providers: [], models: [], endpoints: [] }

test('a written catalog is read back the same, and nothing else is left in the folder', () => {
  const path = join(folder(), 'data')
  const catalog = readCatalog('artifacts/catalog.json')
  writeCatalog(join(path, 'catalog.json'), catalog)
  assert.deepEqual(readCatalog(join(path, 'catalog.json')), catalog)
  assert.deepEqual(readdirSync(path), ['catalog.json'])
})

test('the file has one endpoint a line', () => {
  const lines = readFileSync('artifacts/catalog.json', 'utf8').split('\n')
  const { endpoints } = readCatalog('artifacts/catalog.json')
  assert.equal(lines.filter((line) => line.startsWith('{"id":')).length, endpoints.length)
})

test('an empty catalog is valid', () => {
  const path = join(folder(), 'catalog.json')
  writeCatalog(path, empty)
  assert.deepEqual(readCatalog(path), empty)
})

test('a file that is missing, torn or something else is refused by its name', () => {
  const path = join(folder(), 'catalog.json')
  const refused = (code: string) => (error: unknown) =>
    error instanceof MeritorderError && error.code === code && error.message.includes(path)
  assert.throws(() => readCatalog(path), refused('not_found'))
  writeFileSync(path, '{"version": "1", "prov')
  assert.throws(() => readCatalog(path), refused('unprocessable'))
  writeFileSync(path, '{"version": "1"}')
  assert.throws(() => readCatalog(path), refused('unprocessable'))
})
