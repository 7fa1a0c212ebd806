import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { MeritorderError } from '../errors.ts'
import { acquireLock } from './lock-file.ts'
import { ownIdentity } from './process-identity.ts'

function lockPath(t: TestContext): string {
  const folder = fs.mkdtempSync(join(tmpdir(), 'meritorder-lock-'))
  t.after(() => fs.rmSync(folder, { recursive: true }))
  return join(folder, 'lock')
}

function leaveLock(path: string, change: object): void {
  fs.writeFileSync(path, JSON.stringify({ ...ownIdentity(), startedAt: '2026-01-01T00:00:00Z', ...change }))
}

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  return child.pid ?? 0
}

test('a second opener is told who holds the folder and what to do', (t) => {
  const path = lockPath(t)
  const lock = acquireLock(path, Date.now)
  assert.throws(
    () => acquireLock(path, Date.now),
    (error) =>
      error instanceof MeritorderError &&
      error.message.includes(`process ${process.pid}`) &&
      error.message.includes('data_folder'),
  )
  lock.release()
  acquireLock(path, Date.now).release()
  assert.deepEqual(fs.readdirSync(join(path, '..')), [])
})

test('the lock of a dead process is taken over', async (t) => {
  const path = lockPath(t)
  leaveLock(path, { pid: await deadPid() })
  const lock = acquireLock(path, Date.now)
  assert.equal(JSON.parse(fs.readFileSync(path, 'utf8')).pid, process.pid)
  assert.deepEqual(fs.readdirSync(join(path, '..')), ['lock'])
  lock.release()
})

test('a living process that merely has the dead one’s pid does not keep the lock', (t) => {
  if (ownIdentity().startTicks === undefined)
    return t.skip('this system does not tell when a process started')
  const path = lockPath(t)
  leaveLock(path, { startTicks: '1' })
  acquireLock(path, Date.now).release()
})

test('a lock from before the machine started anew is taken over', (t) => {
  if (ownIdentity().bootId === undefined) return t.skip('this system has no boot id')
  const path = lockPath(t)
  leaveLock(path, { bootId: 'another' })
  acquireLock(path, Date.now).release()
})

test('a holder in another container is believed while it shows life, and not after', (t) => {
  const path = lockPath(t)
  leaveLock(path, { host: 'another', pid: 1 })
  assert.throws(() => acquireLock(path, Date.now), /process 1 on another/)
  acquireLock(path, () => Date.now() + 60_000).release()
})

test('an unreadable lock is given time, then taken over', (t) => {
  const path = lockPath(t)
  fs.writeFileSync(path, '')
  assert.throws(() => acquireLock(path, Date.now), /another process/)
  acquireLock(path, () => Date.now() + 60_000).release()
})

test('a taker that died while it took over a stale lock does not block the next', async (t) => {
  const path = lockPath(t)
  const pid = await deadPid()
  leaveLock(path, { pid })
  const stale = fs.readFileSync(path, 'utf8')
  const { createHash } = await import('node:crypto')
  leaveLock(`${path}.${createHash('sha256').update(stale).digest('hex').slice(0, 16)}`, { pid, taker: true })
  acquireLock(path, Date.now).release()
  assert.deepEqual(fs.readdirSync(join(path, '..')), [])
})

test('of many that find a stale lock at once exactly one gets it', async (t) => {
  const path = lockPath(t)
  leaveLock(path, { pid: await deadPid() })
  const module = new URL('./lock-file.ts', import.meta.url).href
  const code = `
    const { acquireLock } = await import(${JSON.stringify(module)})
    process.stdin.once('data', () => {
      try { acquireLock(${JSON.stringify(path)}, Date.now); process.stdout.write('got') } catch { process.stdout.write('not') }
    })
    process.stdin.once('end', () => process.exit(0))
    process.stdout.write('ready ')`
  const takers = Array.from({ length: 6 }, () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', code])
    let said = ''
    const heard = (word: RegExp) =>
      new Promise<void>((resolve) => {
        const look = () => word.test(said) && resolve()
        child.stdout.on('data', look)
        look()
      })
    child.stdout.on('data', (chunk) => {
      said += chunk
    })
    return { child, heard, said: () => said }
  })
  await Promise.all(takers.map(({ heard }) => heard(/ready/)))
  for (const { child } of takers) child.stdin.write('go')
  await Promise.all(takers.map(({ heard }) => heard(/got|not/)))
  const got = takers.filter(({ said }) => said().endsWith('got'))
  for (const { child } of takers) child.stdin.end()
  await Promise.all(takers.map(({ child }) => once(child, 'exit')))
  assert.equal(got.length, 1)
})
