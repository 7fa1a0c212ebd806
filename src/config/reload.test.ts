import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, it } from 'node:test'
import { loadConfig } from './load.ts'
import { watchFile } from './reload.ts'

let folder: string
let path: string
let events: EventEmitter
let watcher: { close(): void }

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meritorder-reload-'))
  path = join(folder, 'meritorder.yaml')
  events = new EventEmitter()
  writeFileSync(path, 'log: { level: info }\n')
  watcher = watchFile({
    path,
    load: () => loadConfig({ path, environment: {}, cwd: folder }).config,
    onChange: (config) => events.emit('change', config.log.level),
    onError: (error) => events.emit('fault', error instanceof Error ? error.message : String(error)),
  })
})

afterEach(() => {
  watcher.close()
  rmSync(folder, { recursive: true })
})

async function next(event: 'change' | 'fault'): Promise<string> {
  const [value] = await once(events, event, { signal: AbortSignal.timeout(5_000) })
  return value
}

it('a save in place is picked up', async () => {
  const change = next('change')
  writeFileSync(path, 'log: { level: debug }\n')
  assert.equal(await change, 'debug')
})

it('a file renamed over the old one is picked up, again and again', async () => {
  for (const level of ['warn', 'error', 'trace']) {
    const change = next('change')
    writeFileSync(`${path}.new`, `log: { level: ${level} }\n`)
    renameSync(`${path}.new`, path)
    assert.equal(await change, level)
  }
})

it('a broken file is reported with its line, once, and the next valid one takes over', async () => {
  const faults: string[] = []
  const changes: string[] = []
  events.on('fault', (message) => faults.push(message))
  events.on('change', (level) => changes.push(level))
  const fault = next('fault')
  writeFileSync(path, 'log:\n  level: loud\n')
  assert.match(await fault, /^meritorder\.yaml:2:10: `log\.level` must be one of silent, /)
  writeFileSync(path, 'log:\n  level: loud # still\n')
  const change = next('change')
  writeFileSync(`${path}.new`, 'log: { level: debug }\n')
  renameSync(`${path}.new`, path)
  await change
  assert.equal(faults.length, 1)
  assert.deepEqual(changes, ['debug'])
})

it('other files in the folder do not matter', async () => {
  const changes: string[] = []
  events.on('change', (level) => changes.push(level))
  writeFileSync(join(folder, 'other.yaml'), 'log: { level: warn }\n')
  const change = next('change')
  writeFileSync(path, 'log: { level: trace }\n')
  await change
  assert.deepEqual(changes, ['trace'])
})

it('a mounted folder that swaps its links is followed', async () => {
  for (const [version, level] of [
    ['v1', 'warn'],
    ['v2', 'error'],
  ] as const) {
    mkdirSync(join(folder, version))
    writeFileSync(join(folder, version, 'meritorder.yaml'), `log: { level: ${level} }\n`)
  }
  symlinkSync('v1', join(folder, '..data'))
  rmSync(path)
  const linked = next('change')
  symlinkSync('..data/meritorder.yaml', path)
  assert.equal(await linked, 'warn')
  const swapped = next('change')
  symlinkSync('v2', join(folder, '..new'))
  renameSync(join(folder, '..new'), join(folder, '..data'))
  assert.equal(await swapped, 'error')
})
