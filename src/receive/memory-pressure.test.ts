import assert from 'node:assert/strict'
import { test } from 'node:test'
import { watchMemory } from './memory-pressure.ts'

test('memory is tight when heap or resident memory has been over 85 % for two seconds, and no longer once it is not', (context) => {
  context.mock.timers.enable({ apis: ['setInterval'] })
  let reading = { heapUsed: 90, heapLimit: 100, resident: 10, usable: 100 }
  const memory = watchMemory(() => reading)
  context.mock.timers.tick(1_750)
  assert.equal(memory.isTight(), false)
  context.mock.timers.tick(250)
  assert.equal(memory.isTight(), true)
  reading = { ...reading, heapUsed: 50 }
  context.mock.timers.tick(250)
  assert.equal(memory.isTight(), false)
  reading = { ...reading, resident: 90 }
  context.mock.timers.tick(2_000)
  assert.equal(memory.isTight(), true)
  memory.close()
})
