import assert from 'node:assert/strict'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ensureDatabase } from './create-database.ts'
import { openPGlite } from './pglite-folder.ts'

const base = fs.mkdtempSync(join(tmpdir(), 'meritorder-pglite-'))
after(() => fs.rmSync(base, { recursive: true }))

test('the lock file of a process that was killed, empty, torn or whole, does not keep the database shut', async () => {
  const folder = join(base, 'database')
  await ensureDatabase(folder)
  for (const left of ['', '-4', '-42\n/pglite/data\n1795686404\n5432\n\n\n       20         1\n']) {
    fs.writeFileSync(join(folder, 'postmaster.pid'), left)
    const { pglite } = await openPGlite(folder)
    assert.deepEqual((await pglite.query('select 1 as one')).rows, [{ one: 1 }], JSON.stringify(left))
    await pglite.close()
  }
})
