const DECIMALS = 15

/**
 * A price in USD per million tokens as models.dev states it → USD per token, as an exact decimal without trailing
 * zeros ("0.59" → "0.00000059"). The point is shifted in the number's shortest text, so nothing is divided. Digits
 * beyond 1e-15 USD per token, the finest that `money.ts` counts, are rounded half up: they are noise of
 * somebody's floating-point arithmetic (0.049999999999999996).
 *
 * @throws RangeError when the price is negative or not finite.
 */
export function perTokenFromPerMillion(usdPerMillion: number): string {
  const match = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(usdPerMillion))
  if (match === null) throw new RangeError(`not a price: ${usdPerMillion}`)
  const [, whole = '0', fraction = '', exponent = '0'] = match
  const decimals = fraction.length - Number(exponent) + 6
  return fixedPoint(BigInt(whole + fraction), decimals)
}

/** `digits` × 10^-`decimals`, written plainly. */
function fixedPoint(digits: bigint, decimals: number): string {
  const excess = decimals - DECIMALS
  const scaled = excess > 0 ? (digits + 5n * 10n ** BigInt(excess - 1)) / 10n ** BigInt(excess) : digits
  const places = Math.min(decimals, DECIMALS)
  if (places <= 0) return (scaled * 10n ** BigInt(-places)).toString()
  const text = scaled.toString().padStart(places + 1, '0')
  const fraction = text.slice(-places).replace(/0+$/, '')
  const whole = text.slice(0, -places)
  return fraction === '' ? whole : `${whole}.${fraction}`
}
