import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ErrorCode, MeritorderError } from '../errors.ts'
import { type PromptText, promptText } from '../understand/text.ts'
import { embedTexts } from './embed-texts.ts'
import type { OutsideEmbedder } from './outside-embedder.ts'

function textOf(content: string): PromptText {
  return promptText({ messages: [{ role: 'user', content }] })
}

/** Its vectors are the texts' lengths; it fails as often as it is told to. */
function lengths(failures: readonly ErrorCode[] = []) {
  const asked: (readonly string[])[] = []
  const left = [...failures]
  const embedder: OutsideEmbedder = {
    name: 'lengths',
    batch: 2,
    async embed(texts) {
      const code = left.shift()
      if (code !== undefined) throw new MeritorderError(code, 'no')
      asked.push(texts)
      return texts.map(({ length }) => Float32Array.of(length, 1))
    },
    close: async () => {},
  }
  return { embedder, asked }
}

const never = () => assert.fail('nothing to wait for')

test('every text gets its vector, each distinct one is asked for once, in batches', async () => {
  const { embedder, asked } = lengths()
  const told: number[][] = []
  const texts = ['a', 'bb', 'a', 'ccc', 'bb'].map(textOf)
  const embedded = await embedTexts(texts, embedder, (...done) => told.push(done), never)
  assert.deepEqual(
    embedded.map(({ text, vector }) => [text, vector?.[0]]),
    [
      ['a', 1],
      ['bb', 2],
      ['a', 1],
      ['ccc', 3],
      ['bb', 2],
    ],
  )
  assert.deepEqual(asked, [['a', 'bb'], ['ccc']])
  assert.deepEqual(told, [
    [2, 3],
    [3, 3],
  ])
})

test('a text that says nothing is not sent, and its vector is zero', async () => {
  const { embedder, asked } = lengths()
  const embedded = await embedTexts(['a', ' \n', ''].map(textOf), embedder, () => {}, never)
  assert.deepEqual(asked, [['a']])
  assert.deepEqual(embedded[1]?.vector, new Float32Array(2))
  assert.deepEqual(embedded[2]?.vector, new Float32Array(2))
})

test('half a character, which clipping may leave, is replaced before it is sent', async () => {
  const { embedder, asked } = lengths()
  await embedTexts([textOf(`${'x'.repeat(1198)}😀${'y'.repeat(2_000)}`)], embedder, () => {}, never)
  assert.equal(asked[0]?.[0]?.isWellFormed(), true)
})

test('a failure that may pass is waited out, one that will not is told at once', async () => {
  const waits: number[] = []
  const wait = async (ms: number) => waits.push(ms)
  const busy = lengths(['rate_limit_exceeded', 'timeout'])
  await embedTexts([textOf('a')], busy.embedder, () => {}, wait)
  assert.deepEqual(waits, [1_000, 5_000])
  const broken = lengths(['invalid_request'])
  await assert.rejects(
    embedTexts([textOf('a')], broken.embedder, () => {}, never),
    /no/,
  )
  const down = lengths(new Array<ErrorCode>(4).fill('provider_unavailable'))
  await assert.rejects(
    embedTexts(
      [textOf('a')],
      down.embedder,
      () => {},
      async () => {},
    ),
    /no/,
  )
})

test('vectors of different lengths are refused', async () => {
  const { embedder } = lengths()
  const changing = {
    ...embedder,
    embed: async ([text = '']: readonly string[]) => [new Float32Array(text.length)],
  }
  const one = { ...changing, batch: 1 }
  await assert.rejects(
    embedTexts(['a', 'bb'].map(textOf), one, () => {}, never),
    /1 and 2 numbers.*changed/,
  )
})
