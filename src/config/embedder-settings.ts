import { isAbsolute, resolve } from 'node:path'
import type { Environment } from './load.ts'
import type { Fault } from './problem.ts'
import type { EmbedderConfig } from './schema.ts'
import { statedKey } from './stated-key.ts'

/** An embedder of one's own choice: what `embedder` in the configuration comes to. */
export type EmbedderSettings = HttpEmbedderSettings | OnnxEmbedderSettings

interface CommonSettings {
  /** What predictors that were fitted with it call it. */
  readonly name: string
  /** Texts that it is sent at once at most. */
  readonly batch: number
  /** How long a call waits for its vector, ms. */
  readonly timeoutMs: number
}

/** A host that speaks OpenAI's `/v1/embeddings`. */
export interface HttpEmbedderSettings extends CommonSettings {
  readonly kind: 'http'
  /** Without a slash at its end. */
  readonly baseUrl: string
  readonly model: string
  /** Numbers that a vector is asked to have; absent = as the model has it. */
  readonly dimensions?: number
  /** A secret: never log it. */
  readonly key?: string
}

/** A model that runs on this machine. */
export interface OnnxEmbedderSettings extends CommonSettings {
  readonly kind: 'onnx'
  /** Its id on the hub, or the absolute path of its folder. */
  readonly model: string
  readonly isFolder: boolean
}

/** Reads the section `embedder`: its settings, or what is wrong with it. */
export function embedderSettings(
  section: EmbedderConfig,
  fileFolder: string,
  environment: Environment,
): EmbedderSettings | Fault {
  const { onnx, base_url: baseUrl, model, dimensions, key, key_env, batch, timeout_ms: timeoutMs } = section
  const hosted = [baseUrl, model, dimensions, key, key_env]
  if (onnx !== undefined) {
    if (hosted.some((value) => value !== undefined)) return fault('has both `onnx` and the keys of a host')
    const isFolder = isAbsolute(onnx) || onnx.startsWith('.')
    const place = isFolder ? resolve(fileFolder, onnx) : onnx
    return { kind: 'onnx', name: `onnx:${onnx}`, model: place, isFolder, batch, timeoutMs }
  }
  if (baseUrl === undefined || model === undefined) return fault('is incomplete')
  const stated = statedKey(section, environment)
  if (stated?.missing !== undefined) return { path: ['embedder'], message: `\`embedder\`: ${stated.missing}` }
  return {
    kind: 'http',
    name: dimensions === undefined ? model : `${model}@${dimensions}`,
    baseUrl: baseUrl.replace(/\/+$/, ''),
    model,
    ...(dimensions !== undefined && { dimensions }),
    ...(stated?.key !== undefined && { key: stated.key }),
    batch,
    timeoutMs,
  }
}

function fault(what: string): Fault {
  return {
    path: ['embedder'],
    message: `\`embedder\` ${what}: it needs either \`base_url\` and \`model\` of a host, or \`onnx\` with the model to run here`,
  }
}
