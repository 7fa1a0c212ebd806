import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readFaultFile } from './fault-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'meritorder-fault-file-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function read(yaml: string) {
  const path = join(folder, 'faults.yaml')
  writeFileSync(path, yaml)
  return readFaultFile(path)
}

test('a file holds a list of orders', () => {
  const yaml = `
faults:
  - { fault: "status:503", provider: simulated-dynamo, until: 10, every: 60 }
  - fault: slow-first-byte:3000
    share: 0
    ramp: 0.5
    until: 300
`
  assert.deepEqual(read(yaml), [
    { fault: 'status:503', provider: 'simulated-dynamo', until: 10, every: 60 },
    { fault: 'slow-first-byte:3000', share: 0, ramp: 0.5, until: 300 },
  ])
})

test('every mistake is told with its line and column', () => {
  const yaml = `faults:
  - { fault: meteor }
  - { fault: hang, share: 3 }
  - { fault: hang, evry: 60 }
  - { fault: hang, every: 60 }
`
  assert.throws(
    () => read(yaml),
    (error: Error) => {
      const lines = error.message
        .split('\n')
        .map((line) => /^faults\.yaml:(\d+):(\d+)/.exec(line)?.slice(1).map(Number))
      assert.deepEqual(
        lines.map((place) => place?.[0]),
        [2, 3, 4, 5],
        error.message,
      )
      assert.match(error.message, /there is no fault "meteor"; choose one of refuse, hang/)
      assert.match(error.message, /unknown key `evry`; allowed here: provider, .*every/)
      assert.match(error.message, /`every`: needs `until`/)
      return true
    },
  )
  assert.throws(() => read('fault: hang\n'), /unknown key `fault`; allowed here: faults/)
  assert.throws(() => read('- hang\n'), { code: 'invalid_request' })
})
