import assert from 'node:assert/strict'
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getuid } from 'node:process'
import { after, before, test } from 'node:test'
import { readKeyFile } from './key-file.ts'

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'meritorder-key-file-'))
})
after(() => rmSync(folder, { recursive: true, force: true }))

/** Not root, whoever runs the tests. */
const USER = getuid!() || 1000

function file(content: string, mode = 0o600, owner = USER): string {
  const path = join(folder, 'key')
  rmSync(path, { force: true })
  writeFileSync(path, content)
  chmodSync(path, mode)
  if (getuid!() === 0) chownSync(path, owner, owner)
  return path
}

test('a file holds one key a line; comments and empty lines are none', () => {
  assert.deepEqual(readKeyFile(file('\n# of the team\r\nsk-one \n\nsk-two\n')), {
    keys: ['sk-one', 'sk-two'],
  })
})

test('a file that is JSON is one key', () => {
  const json = '{\n  "type": "service_account"\n}'
  assert.deepEqual(readKeyFile(file(`${json}\n`)), { keys: [json] })
})

for (const mode of [0o640, 0o604, 0o622, 0o666])
  test(`one's own file of mode ${mode.toString(8)} is not used: others can read or change it`, () => {
    const found = readKeyFile(file('sk-one', mode), USER)
    assert.match('missing' in found ? found.missing : '', /other users can read or change .*: chmod 600/)
  })

test('a mounted secret, which belongs to root, may be readable and not writable', {
  skip: getuid!() !== 0,
}, () => {
  assert.deepEqual(readKeyFile(file('sk-one', 0o444, 0), 0), { keys: ['sk-one'] })
  assert.deepEqual(readKeyFile(file('sk-one', 0o444, 0), USER), { keys: ['sk-one'] })
  assert.ok('missing' in readKeyFile(file('sk-one', 0o666, 0), 0))
})

test('what is no file of keys says why, and never what stands in it', () => {
  const absent = readKeyFile(join(folder, 'absent'))
  assert.match('missing' in absent ? absent.missing : '', /cannot be read \(ENOENT\)/)
  const empty = readKeyFile(file('# nothing\n'))
  assert.match('missing' in empty ? empty.missing : '', /is empty/)
  const large = readKeyFile(file('x'.repeat(70_000)))
  assert.match('missing' in large ? large.missing : '', /larger than 64 KiB/)
})
