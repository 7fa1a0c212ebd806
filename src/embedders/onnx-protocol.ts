/** What the thread that runs an ONNX model is told about it. */
export interface OnnxWork {
  /** Id on the hub, or absolute path of a folder. */
  readonly model: string
  /** A folder's model is never looked for elsewhere. */
  readonly isFolder: boolean
  /** Where models from the hub are kept. */
  readonly cacheFolder: string
  /** The module that runs it. */
  readonly library: string
}

export type ToOnnx =
  | { readonly kind: 'embed'; readonly number: number; readonly texts: readonly string[] }
  /** Nobody waits for it any more. */
  | { readonly kind: 'forget'; readonly number: number }

export type FromOnnx =
  | { readonly kind: 'vectors'; readonly number: number; readonly vectors: readonly Float32Array[] }
  | { readonly kind: 'problem'; readonly number: number; readonly problem: string }
