/** The thread that runs an ONNX model: the library computes without giving way, which would hold up every caller. */
import { parentPort, workerData } from 'node:worker_threads'
import type { FromOnnx, OnnxWork, ToOnnx } from './onnx-protocol.ts'

/** What is used of `@huggingface/transformers`. */
interface Transformers {
  readonly env: { allowRemoteModels: boolean; cacheDir: string }
  pipeline(task: 'feature-extraction', model: string): Promise<Extract>
}

type Extract = (
  texts: readonly string[],
  options: { readonly pooling: 'mean'; readonly normalize: true },
) => Promise<{ readonly data: ArrayLike<number>; readonly dims: readonly number[] }>

const { model, isFolder, cacheFolder, library }: OnnxWork = workerData
const waiting = new Map<number, readonly string[]>()
const loading = load()
// Every question hears of a failure; without one nobody has to.
loading.catch(() => {})
let isWorking = false

parentPort?.on('message', (message: ToOnnx) => {
  if (message.kind === 'forget') waiting.delete(message.number)
  else waiting.set(message.number, message.texts)
  void work()
})

async function load(): Promise<Extract> {
  const { env, pipeline }: Transformers = await import(library)
  env.cacheDir = cacheFolder
  if (isFolder) env.allowRemoteModels = false
  return pipeline('feature-extraction', model)
}

/** One question after the other, in the order in which they came. */
async function work(): Promise<void> {
  if (isWorking) return
  isWorking = true
  for (let [next] = waiting; next !== undefined; [next] = waiting) {
    const [number, texts] = next
    waiting.delete(number)
    parentPort?.postMessage(await answer(number, texts))
  }
  isWorking = false
}

async function answer(number: number, texts: readonly string[]): Promise<FromOnnx> {
  try {
    const extract = await loading
    const { data, dims } = await extract(texts, { pooling: 'mean', normalize: true })
    const width = dims.at(-1) ?? 0
    if (width === 0 || data.length !== texts.length * width)
      return { kind: 'problem', number, problem: `gave ${data.length} numbers for ${texts.length} texts` }
    const vectors = texts.map((_, i) => Float32Array.from({ length: width }, (_, v) => data[i * width + v]!))
    return { kind: 'vectors', number, vectors }
  } catch (error) {
    return { kind: 'problem', number, problem: problemOf(error) }
  }
}

function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return `failed: ${String(error)}`
  const isMissing =
    'code' in error && error.code === 'ERR_MODULE_NOT_FOUND' && error.message.includes(library)
  return isMissing
    ? `needs the package ${library}, which is not installed: npm install ${library} beside Meritorder`
    : `failed: ${error.message.replace(/\.+$/, '')}`
}
