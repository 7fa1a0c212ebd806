import assert from 'node:assert/strict'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { checkFormat, writeFormat } from './format-file.ts'

function folder(t: TestContext): string {
  const path = fs.mkdtempSync(join(tmpdir(), 'meritorder-format-'))
  t.after(() => fs.rmSync(path, { recursive: true }))
  return path
}

test('a folder written by this program, or by none, is accepted', (t) => {
  const path = folder(t)
  checkFormat(path)
  writeFormat(path)
  checkFormat(path)
  assert.deepEqual(fs.readdirSync(path), ['format.json'])
})

test('a folder written by a newer program is refused, with both versions and what to do', (t) => {
  const path = folder(t)
  fs.writeFileSync(join(path, 'format.json'), '{"schema":99}')
  assert.throws(() => checkFormat(path), /schema 99.*newer Meritorder.*has changed nothing.*newer version/s)
})

for (const damage of ['', '{', '{"schema":"1"}', '{"schema":0}', 'null']) {
  test(`a damaged format file (${JSON.stringify(damage)}) is refused by name`, (t) => {
    const path = folder(t)
    fs.writeFileSync(join(path, 'format.json'), damage)
    assert.throws(() => checkFormat(path), /format\.json is damaged/)
  })
}
