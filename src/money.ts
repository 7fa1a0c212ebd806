/**
 * Exact money. An amount is a bigint of femto-dollars (1e-15 USD): fine enough for a price
 * of $0.000001 per million tokens, and sums never round.
 */
export type Femtodollars = bigint

const FRACTION_DIGITS = 15
const DECIMAL = /^(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i

/** Reads a decimal such as "0.0000025" or "2.5e-6" (USD) exactly; throws RangeError on anything else or on more than 15 decimals. */
export function parseUsd(text: string): Femtodollars {
  const match = DECIMAL.exec(text)
  if (match === null) throw new RangeError(`not a decimal amount of USD: ${JSON.stringify(text)}`)
  const [, whole = '0', fraction = '', exponent = '0'] = match
  const shift = FRACTION_DIGITS + Number(exponent) - fraction.length
  const digits = `${whole}${fraction}`
  if (shift >= 0 && shift < 40) return BigInt(digits) * 10n ** BigInt(shift)
  const kept = digits.slice(0, shift)
  if (shift < 0 && /^0*$/.test(digits.slice(shift))) return BigInt(kept === '' ? '0' : kept)
  throw new RangeError(`more than ${FRACTION_DIGITS} decimals in USD: ${text}`)
}

/** Writes an amount as a plain decimal without trailing zeros, for example "0.0000025" (USD). */
export function formatUsd(amount: Femtodollars): string {
  const digits = amount.toString().padStart(FRACTION_DIGITS + 1, '0')
  const whole = digits.slice(0, -FRACTION_DIGITS)
  const fraction = digits.slice(-FRACTION_DIGITS).replace(/0+$/, '')
  return fraction === '' ? whole : `${whole}.${fraction}`
}

/** The amount as a floating-point number of USD, for predictions and plots (not for bills). */
export function toUsd(amount: Femtodollars): number {
  return Number(amount) / 1e15
}
