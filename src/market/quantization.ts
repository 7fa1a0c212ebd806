/** How coarsely a host has rounded a model's weights, in OpenRouter's words; `unknown` where it does not say. */
export const QUANTIZATIONS = [
  'int4',
  'int8',
  'fp4',
  'mxfp4',
  'nvfp4',
  'fp6',
  'fp8',
  'mxfp8',
  'fp16',
  'bf16',
  'fp32',
  'unknown',
] as const

export type Quantization = (typeof QUANTIZATIONS)[number]

const STATED = new RegExp(`(?:^|[^a-z0-9])(${QUANTIZATIONS.slice(0, -1).join('|')})(?:[^a-z0-9]|$)`)

/** What a host's own name of a model says: `…-Instruct-FP8` is `fp8`, a name that says nothing is `unknown`. */
export function statedQuantization(upstreamModel: string): Quantization {
  return (STATED.exec(upstreamModel.toLowerCase())?.[1] as Quantization | undefined) ?? 'unknown'
}
