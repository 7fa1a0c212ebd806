import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createHealthBoard } from '../market/health.ts'
import { createLog } from '../telemetry/log.ts'
import { keepStatistics } from './kept-statistics.ts'

const MINUTE = 60_000
const folder = mkdtempSync(join(tmpdir(), 'meritorder-statistics-'))
after(() => rmSync(folder, { recursive: true }))

/** A gateway's board with what is kept in a folder, at this time. */
function start(dataFolder: string, at: number) {
  const lines: { problem?: string; msg: string }[] = []
  const log = createLog('info', {
    destination: { write: (line) => lines.push(JSON.parse(line)) },
    readable: false,
  })
  const now = () => at
  const health = createHealthBoard({ now })
  return { health, lines, ...keepStatistics({ health, dataFolder, log, now }) }
}

test('after a restart a host that was down is still known to be, for as long as it would have been', async () => {
  const dataFolder = join(folder, 'restart')
  const at = 1e12
  const first = start(dataFolder, at)
  for (let i = 0; i < 5; i++) first.health.failed('dead/x', { status: 503 })
  first.health.failed('dead/x', { status: 503, retryAfterSeconds: 60 })
  first.health.succeeded('good/x', { firstByteMs: 100, tokensPerSecond: 50 })
  first.health.calledTools('good/x', false)
  const { pausedUntil, successRate } = first.health.health('dead/x')
  assert.ok(pausedUntil > at + 30_000)
  await first.close()

  const second = start(dataFolder, at + 10_000)
  assert.deepEqual(second.lines, [])
  assert.equal(second.health.health('dead/x').pausedUntil, pausedUntil)
  assert.ok(Math.abs(second.health.health('dead/x').successRate - successRate) < 0.02)
  assert.equal(second.health.statistics('dead/x')?.uptime.last5m, 0)
  assert.equal(second.health.statistics('good/x')?.validToolCalls, 0)
  assert.ok(second.health.health('good/x').firstByteMs)
  await second.close()

  const third = start(dataFolder, at + 40 * MINUTE)
  assert.equal(third.health.health('dead/x').pausedUntil, 0)
  assert.equal(third.health.statistics('dead/x')?.uptime.last30m, undefined)
  assert.equal(third.health.statistics('dead/x')?.uptime.last1d, 0)
  await third.close()
})

test('a clock that was set back between two starts neither loses nor prolongs what was known', async () => {
  const dataFolder = join(folder, 'set-back')
  const at = 1e12
  const first = start(dataFolder, at)
  for (let i = 0; i < 3; i++) first.health.failed('dead/x', { status: 503 })
  const paused = first.health.health('dead/x').pausedUntil - at
  await first.close()
  const second = start(dataFolder, at - 60 * MINUTE)
  assert.equal(second.health.health('dead/x').pausedUntil - (at - 60 * MINUTE), paused)
  assert.equal(second.health.statistics('dead/x')?.uptime.last5m, 0)
  await second.close()
})

test('files that are torn, foreign, of another version or forged are left unread with a line in the log, and replaced', async () => {
  const dataFolder = join(folder, 'damaged')
  const first = start(dataFolder, 1e12)
  first.health.succeeded('a/x', { firstByteMs: 5 })
  await first.close()
  const path = join(dataFolder, readdirSync(dataFolder)[0]!)
  const whole = readFileSync(path, 'utf8')
  const broken = [
    whole.slice(0, -20),
    '',
    '[]',
    whole.replace('"version":1', '"version":2'),
    whole.replace('"failuresInARow":0', '"failuresInARow":-1'),
    whole.replace('"attempts":1', '"attempts":"1"'),
    whole.replace('"savedAt"', '"__proto__":{"x":1},"savedAt"'),
  ]
  for (const text of broken) {
    writeFileSync(path, text)
    const { health, lines, close } = start(dataFolder, 1e12)
    assert.equal(lines.length, 1, text)
    assert.match(lines[0]!.msg, /not used/)
    assert.equal(health.statistics('a/x'), undefined)
    await close()
    assert.equal(start(dataFolder, 1e12).lines.length, 0)
  }
})

test('a folder that cannot be written to costs a line in the log and nothing else', async () => {
  const blocked = join(folder, 'blocked')
  writeFileSync(blocked, '')
  const { health, lines, close } = start(blocked, 1e12)
  health.succeeded('a/x', {})
  await close()
  assert.match(lines.at(-1)!.msg, /cannot be written/)
})

test('the file of a thousand busy endpoints stays small, and figures of more are not kept', async () => {
  const dataFolder = join(folder, 'many')
  const { health, close } = start(dataFolder, 1e12)
  for (let e = 0; e < 1_500; e++)
    for (let i = 0; i < 20; i++)
      health.succeeded(`a/${e}`, { firstByteMs: 50 + 37 * i, tokensPerSecond: 9 + i })
  await close()
  const size = readFileSync(join(dataFolder, 'statistics.json')).length
  assert.ok(size < 4_000_000, `${size} bytes`)
  assert.equal(start(dataFolder, 1e12).health.statistics('a/1499')?.uptime.last5m, 1)
})
