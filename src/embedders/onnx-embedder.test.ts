import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MeritorderError } from '../errors.ts'
import { onnxEmbedder } from './onnx-embedder.ts'
import type { OutsideEmbedder } from './outside-embedder.ts'

const FAKE = new URL('../../test/fake-transformers.ts', import.meta.url).href
const soon = () => AbortSignal.timeout(20_000)

/** Opens a model of the stand-in library, or of the real one, which is not installed here, and closes it again. */
async function having(
  model: string,
  act: (embedder: OutsideEmbedder) => Promise<void>,
  library: string | undefined = FAKE,
): Promise<void> {
  const settings = { kind: 'onnx', name: `onnx:${model}`, batch: 8, timeoutMs: 1_000 } as const
  const embedder = onnxEmbedder({ ...settings, model, isFolder: model.startsWith('/') }, '/cache', library)
  try {
    await act(embedder)
  } finally {
    await embedder.close()
  }
}

async function problem(embed: Promise<unknown>): Promise<string> {
  try {
    await embed
  } catch (error) {
    assert.ok(error instanceof MeritorderError, String(error))
    return `${error.code}: ${error.message}`
  }
  return assert.fail('nothing was thrown')
}

test('vectors come in the order of their texts; models from the hub are kept in the given folder', () =>
  having('acme/tiny', async (embedder) => {
    assert.deepEqual(await embedder.embed(['a', 'ccc'], soon()), [
      Float32Array.of(1, 1, '/cache'.length),
      Float32Array.of(3, 1, '/cache'.length),
    ])
  }))

test("a folder's model is looked for nowhere else", async () => {
  await having('/models/tiny', async (embedder) => {
    const [vector] = await embedder.embed(['a'], soon())
    assert.equal(vector?.[1], 0)
  })
  await having('/models/absent', async (embedder) => {
    assert.match(
      await problem(embedder.embed(['a'], soon())),
      /onnx:\/models\/absent failed: file was not found/,
    )
  })
})

test('without the library the error says how to install it', () =>
  having(
    'acme/tiny',
    async (embedder) => {
      const told = await problem(embedder.embed(['a'], soon()))
      assert.match(told, /needs the package @huggingface\/absent.*npm install @huggingface\/absent/)
    },
    '@huggingface/absent',
  ))

test('what goes wrong while it computes is told, and so is a thread that ended', async () => {
  await having('acme/broken', async (embedder) => {
    assert.match(await problem(embedder.embed(['a'], soon())), /failed: out of memory/)
  })
  await having('acme/crashing', async (embedder) => {
    assert.match(await problem(embedder.embed(['a'], soon())), /its thread ended/)
    assert.match(await problem(embedder.embed(['a'], soon())), /its thread ended/)
  })
})

test('nobody waits longer than wanted, and what nobody waits for is not computed', () =>
  having('acme/slow', async (embedder) => {
    await embedder.embed(['warm'], soon())
    const running = embedder.embed(['one'], soon())
    const impatient = Array.from({ length: 20 }, () =>
      problem(embedder.embed(['late'], AbortSignal.timeout(50))),
    )
    for (const told of await Promise.all(impatient)) assert.match(told, /^timeout: .*did not answer in time/)
    await running
    const started = performance.now()
    await embedder.embed(['next'], soon())
    assert.ok(performance.now() - started < 1_000, 'twenty texts of 0.2 s each were left out')
  }))
