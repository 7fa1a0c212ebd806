import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MeritorderError } from '../errors.ts'
import { spaceEmbedder } from '../understand/vector-space.ts'
import { liveVectors } from './live-vectors.ts'
import { type OutsideEmbedder, PROBE } from './outside-embedder.ts'

const NORTH = Float32Array.of(0, 1)
const EAST = Float32Array.of(1, 0)

function spaceOf(probe: Float32Array) {
  const table = { dimensions: 8, mean: new Float32Array(2), directions: new Float32Array(16) }
  return spaceEmbedder('test', { ...table, outside: { embedder: 'e5', probe } })
}

/** An embedder for which the probe lies north, and every other text where `embed` says. */
function setUp() {
  const state = {
    now: 0,
    probes: 0,
    asked: 0,
    told: [] as string[],
    space: spaceOf(NORTH),
    probe: NORTH,
    embed: async () => EAST,
  }
  const embedder: OutsideEmbedder = {
    name: 'e5',
    batch: 1,
    async embed([text]) {
      if (text === PROBE) {
        state.probes++
        return [state.probe]
      }
      state.asked++
      return [await state.embed()]
    },
    close: async () => {},
  }
  const find = liveVectors(embedder, {
    timeoutMs: 700,
    now: () => state.now,
    tell: (problem, calls) => state.told.push(`${calls}: ${problem}`),
  })
  const ask = (content: string) => find({ messages: [{ role: 'user', content }] }, state.space)
  return { state, find, ask }
}

const late = async () => {
  throw new MeritorderError('timeout', 'too late')
}

test('nothing is asked where the space does not need it, or the prompt says nothing', async () => {
  const { state, find, ask } = setUp()
  const { outside: _, ...own } = state.space
  assert.deepEqual(await find({ messages: [] }, own), {})
  assert.deepEqual(await find({ messages: [] }, undefined), {})
  assert.deepEqual(await ask('  '), { vector: new Float32Array(2) })
  assert.equal(state.asked + state.probes, 0)
})

test('a text that comes back is not asked for again', async () => {
  const { state, ask } = setUp()
  const [one] = [await ask('hello'), await ask('hello'), await ask('bye')]
  assert.deepEqual(one, { vector: EAST })
  assert.deepEqual([state.asked, state.probes], [2, 1])
})

test('without an answer in time the call goes on, and is told why in general words', async () => {
  const { state, ask } = setUp()
  state.embed = late
  assert.deepEqual(await ask('hello'), { problem: 'the embedder e5 did not answer within 700 ms' })
  state.embed = async () => {
    throw new Error('secret host is down')
  }
  assert.deepEqual(await ask('hello'), { problem: 'the embedder e5 failed' })
})

test('vectors of another length than the predictor was fitted on are not used, nor remembered', async () => {
  const { state, ask } = setUp()
  state.embed = async () => Float32Array.of(1, 0, 0)
  assert.deepEqual(await ask('hello'), { problem: 'the embedder e5 failed' })
  assert.match(state.told[0]!, /another than the predictor was fitted with: it sends 3 numbers instead of 2/)
  state.embed = async () => NORTH
  assert.deepEqual(await ask('hello'), { vector: NORTH })
})

test('another model behind the same name is found out by its vector of a known text', async () => {
  const { state, ask } = setUp()
  state.probe = Float32Array.of(0.05, Math.sqrt(1 - 0.05 ** 2))
  assert.ok((await ask('hello')).vector, 'what precision and hardware change does not count')
  state.probe = Float32Array.of(0.6, 0.8)
  state.space = spaceOf(NORTH)
  assert.deepEqual(await ask('hello'), { problem: 'the embedder e5 failed' })
  assert.match(
    state.told[0]!,
    /another than the predictor was fitted with: .*similarity of 0\.80.*meritorder fit/,
  )
  state.space = spaceOf(state.probe)
  state.embed = async () => NORTH
  assert.deepEqual(await ask('hello'), { vector: NORTH }, 'what the first model said is forgotten')
})

test('after a failure it is looked at again, as another may have taken its place', async () => {
  const { state, ask } = setUp()
  await ask('a')
  state.embed = late
  await ask('b')
  state.embed = async () => EAST
  await ask('c')
  assert.equal(state.probes, 2)
})

test('after three failures in a row it is left alone for ten seconds', async () => {
  const { state, ask } = setUp()
  state.embed = late
  for (const text of ['a', 'b', 'c']) await ask(text)
  assert.match((await ask('d')).problem ?? '', /failed repeatedly/)
  assert.equal(state.asked, 3)
  state.now = 10_000
  state.embed = async () => EAST
  assert.ok((await ask('d')).vector)
  state.embed = late
  await ask('e')
  await ask('f')
  assert.equal(state.asked, 6, 'a success forgives what came before')
})

test('failures are told at most once a minute, with how many calls they cost', async () => {
  const { state, ask } = setUp()
  state.embed = late
  for (const text of ['a', 'b', 'c', 'd']) await ask(text)
  state.now = 60_000
  await ask('e')
  assert.deepEqual(state.told, ['1: too late', '4: too late'])
})
