import { assumedSize } from './model-size.ts'
import type { Model, Price } from './offer.ts'

/** How fast an answer is expected to come. */
export interface ExpectedSpeed {
  /** Until the first byte, for a short prompt, ms. */
  readonly firstByteMs: number
  readonly tokensPerSecond: number
}

/**
 * The speed of a model at a host that was never measured: a prior that live health replaces.
 *
 * With P billion active parameters (the geometric middle of what is known of the size):
 *
 *     tokens per second = 400 / √(P + 3)       8 B: 121, 37 B: 63, 70 B: 47, 400 B: 20
 *     first byte        = 300 + 4·P ms         8 B: 332, 70 B: 580, 400 B: 1,900
 *
 * Generating a token reads every active weight once, so time per token grows with P; hosts spread large models over more
 * GPUs, which takes back about the square root. The constants are our reading of what hosts publish for open models.
 * Where only the price is known, P is taken from it, see `activeBillionsForPrice`.
 *
 * @param price the endpoint's, used for models whose size nothing states
 */
export function expectedSpeed(model: Model, price?: Price): ExpectedSpeed {
  const active = activeBillions(model, price)
  return { firstByteMs: 300 + 4 * active, tokensPerSecond: 400 / Math.sqrt(active + 3) }
}

function activeBillions(model: Model, price: Price | undefined): number {
  const perMillionUsd = Number(price?.completion ?? 0) * 1e6
  if (model.activeParameters === undefined && perMillionUsd > 0) return activeBillionsForPrice(perMillionUsd)
  const { low, high } = assumedSize(model).activeParameters
  return Math.sqrt(low * high)
}

/**
 * Billions of active parameters that a price in USD per million completion tokens usually stands for: 18 × USD^0.7, a
 * line through EcoLogits' estimates for models with list prices ($0.40: 9, $10: 90, $75: 370).
 */
export function activeBillionsForPrice(perMillionUsd: number): number {
  return 18 * perMillionUsd ** 0.7
}
