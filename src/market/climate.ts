import { assumedSize } from './model-size.ts'
import type { Model } from './offer.ts'
import type { Site } from './site.ts'

/** Grams of CO₂e of one answer; `mid` is the mean of the bounds. */
export interface CarbonEstimate {
  readonly low: number
  readonly high: number
  readonly mid: number
}

/**
 * The climate footprint of generating `completionTokens` tokens, after EcoLogits 0.9 (ecologits/impacts/llm.py,
 * https://ecologits.ai/latest/methodology/llm_inference/), here for P billion active parameters and M in total:
 *
 *     energy of one GPU   E = tokens × (α·e^(β·B)·P + γ) / 1000       kWh, B = 64 requests at a time
 *     latency             t = tokens × (0.000679·P + 0.000312·B + 0.0195)    s
 *     GPUs                G = 1.2 × M × 16 bit / 8 / 80 GB, rounded up to a power of two
 *     energy of the call  K = PUE × (t / 3600 × 1.2 kW × G / 8 / B + G × E)  kWh
 *     usage               K × kg CO₂e per kWh
 *     embodied            t × (G / 8 × 5700 + G × 164) / (3 years × B)       kg CO₂e
 *
 * The bounds take the low ends of parameters, PUE and electricity together, and the high ends. As there, prompts are not
 * counted. EcoLogits also bounds t by the measured time of the call; a prediction has none, and a record keeps to what
 * was predicted from.
 */
export function carbonGrams(model: Model, completionTokens: number, site: Site): CarbonEstimate {
  const { activeParameters, totalParameters } = assumedSize(model)
  const at = (end: 'low' | 'high') =>
    completionTokens *
    gramsPerToken(activeParameters[end], totalParameters[end], site.pue[end], site.electricity[end])
  const low = at('low')
  const high = at('high')
  return { low, high, mid: (low + high) / 2 }
}

const BATCH = 64
const SECONDS_OF_LIFE = 3 * 365 * 24 * 3600

function gramsPerToken(active: number, total: number, pue: number, kgPerKwh: number): number {
  const gpuKwh =
    (1.1665273170451914e-6 * Math.exp(-0.011205921025579175 * BATCH) * active + 4.052928146734005e-5) / 1000
  const seconds = 0.0006785088094353663 * active + 0.0003119310311688259 * BATCH + 0.019473717579473387
  const gpus = 2 ** Math.ceil(Math.log2(Math.ceil((1.2 * total * 16) / 8 / 80)))
  const serverKwh = ((seconds / 3600) * 1.2 * (gpus / 8)) / BATCH
  const usageKg = pue * (serverKwh + gpus * gpuKwh) * kgPerKwh
  const embodiedKg = (seconds * ((gpus / 8) * 5700 + gpus * 164)) / (SECONDS_OF_LIFE * BATCH)
  return 1000 * (usageKg + embodiedKg)
}
