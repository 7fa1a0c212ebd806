import { existsSync } from 'node:fs'

/** Stands in for `@huggingface/transformers`: what an ONNX embedder uses of it, with models that behave as they are named. */
export const env = { allowRemoteModels: true, cacheDir: '' }

export async function pipeline(task: string, model: string) {
  if (task !== 'feature-extraction') throw new Error(`no such task: ${task}`)
  if (model.endsWith('absent') && !env.allowRemoteModels)
    throw new Error(`file was not found locally: ${model}`)
  return async (texts: readonly string[], { pooling, normalize }: Record<string, unknown>) => {
    if (pooling !== 'mean' || normalize !== true) throw new Error('other options than expected')
    if (model.endsWith('broken')) throw new Error('out of memory')
    if (model.endsWith('crashing')) process.exit(1)
    if (model.endsWith('slow')) await new Promise((resolve) => setTimeout(resolve, 200))
    // The second number tells whether hub and cache are as configured.
    const remote = env.allowRemoteModels && !existsSync(model) ? 1 : 0
    const rows = texts.map((text) => [text.length, remote, env.cacheDir.length])
    return { dims: [texts.length, 3], data: Float32Array.from(rows.flat()) }
  }
}
