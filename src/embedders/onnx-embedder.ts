import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { OnnxEmbedderSettings } from '../config/embedder-settings.ts'
import { MeritorderError } from '../errors.ts'
import type { FromOnnx, OnnxWork, ToOnnx } from './onnx-protocol.ts'
import type { OutsideEmbedder } from './outside-embedder.ts'

const LIBRARY = '@huggingface/transformers'

interface Pending {
  readonly resolve: (vectors: readonly Float32Array[]) => void
  readonly reject: (error: MeritorderError) => void
}

/**
 * An ONNX model that runs in a thread of its own, through `@huggingface/transformers`, with mean pooling. It begins to
 * load at once; whoever asks before it has loaded waits.
 *
 * @param cacheFolder where a model from the hub is kept
 * @param library another module with the library's interface, for tests
 */
export function onnxEmbedder(
  settings: OnnxEmbedderSettings,
  cacheFolder: string,
  library = LIBRARY,
): OutsideEmbedder {
  const { name, batch, model, isFolder } = settings
  const pending = new Map<number, Pending>()
  let asked = 0
  let fault: string | undefined
  const here = import.meta.url
  const work: OnnxWork = { model, isFolder, cacheFolder, library }
  const worker = new Worker(new URL(`./onnx-worker${extname(here)}`, here), {
    workerData: work,
    name: 'meritorder-onnx',
  })
  const settle = (number: number) => {
    const waiting = pending.get(number)
    pending.delete(number)
    return waiting
  }
  const lose = (why: string) => {
    fault ??= why
    for (const number of [...pending.keys()]) settle(number)?.reject(failed(name, fault))
  }
  worker.on('message', (message: FromOnnx) => {
    if (message.kind === 'vectors') settle(message.number)?.resolve(message.vectors)
    else settle(message.number)?.reject(failed(name, message.problem))
  })
  worker.on('error', (error) => lose(`stopped: ${error instanceof Error ? error.message : String(error)}`))
  worker.on('exit', () => lose('stopped: its thread ended'))
  const tell = (message: ToOnnx) => worker.postMessage(message)

  return {
    name,
    batch,
    async embed(texts, signal) {
      if (fault !== undefined) throw failed(name, fault)
      if (signal.aborted) throw late(name)
      const number = asked++
      const forget = () => {
        tell({ kind: 'forget', number })
        settle(number)?.reject(late(name))
      }
      signal.addEventListener('abort', forget)
      try {
        return await new Promise((resolve, reject) => {
          pending.set(number, { resolve, reject })
          tell({ kind: 'embed', number, texts })
        })
      } finally {
        signal.removeEventListener('abort', forget)
      }
    },
    async close() {
      await worker.terminate()
    },
  }
}

function failed(name: string, what: string): MeritorderError {
  return new MeritorderError('server', `The embedder ${name} ${what}.`, { limit: 'embedder' })
}

function late(name: string): MeritorderError {
  return new MeritorderError(
    'timeout',
    `The embedder ${name} did not answer in time. Raise embedder.timeout_ms, or use a smaller model.`,
    { limit: 'embedder.timeout_ms' },
  )
}
