import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readFaultOrder } from '../../src/simulate/fault-order.ts'
import { SELLERS } from './market.ts'
import { drawWeather, hasHealthyHost, isBad } from './weather.ts'

test('at every second every model has a healthy host, some host is bad at times, and every order can be carried out', () => {
  fc.assert(
    fc.property(fc.nat(100_000), (seed) => {
      const weather = drawWeather(seed, 120)
      for (const order of weather) assert.deepEqual(readFaultOrder(order), order)
      assert.ok(weather.length >= 10)
      for (let at = 0; at < 120; at += 0.5)
        for (const model of Object.keys(SELLERS)) assert.ok(hasHealthyHost(weather, model, at, at))
    }),
    { numRuns: 30 },
  )
})

test('the same seed draws the same weather', () => {
  assert.deepEqual(drawWeather(3, 600), drawWeather(3, 600))
  assert.notDeepEqual(drawWeather(3, 600), drawWeather(4, 600))
})

test('a model has a healthy host only where one is well from the beginning to the end', () => {
  const [a, b, c] = SELLERS['chaos/north']!
  const bad = (provider: string, from: number, until: number) => ({ provider, fault: 'hang', from, until })
  const weather = [bad(a!, 0, 10), bad(b!, 0, 10), bad(c!, 20, 30)]
  assert.equal(hasHealthyHost(weather, 'chaos/north', 5, 15), true)
  assert.equal(hasHealthyHost(weather, 'chaos/north', 15, 25), true)
  assert.equal(hasHealthyHost(weather, 'chaos/north', 5, 25), false)
  assert.deepEqual([isBad(weather, c!, 15, 19), isBad(weather, c!, 15, 20)], [false, true])
})
