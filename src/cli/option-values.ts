import { InvalidArgumentError } from 'commander'
import { POLICY_NAME } from '../config/policy-schema.ts'

/** Reads a comma-separated list; a repeated option adds to it. */
export function listValue(value: string, before: readonly string[] = []): string[] {
  const items = value.split(',').map((item) => item.trim())
  return [...before, ...items.filter((item) => item !== '')]
}

/** Reads a number above 0; throws commander's error for anything else. */
export function positiveValue(value: string): number {
  const number = Number(value)
  if (!(number > 0) || number === Number.POSITIVE_INFINITY) {
    throw new InvalidArgumentError('It must be a number above 0.')
  }
  return number
}

/** Makes a reader of whole numbers within a range; it throws commander's error for anything else. */
export function wholeValue(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = Number(value)
    if (/^\d{1,15}$/.test(value) && number >= least && number <= most) return number
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
  }
}

/** Makes a reader of numbers above `above` and up to `most`; it throws commander's error for anything else. */
export function numberValue(above: number, most: number): (value: string) => number {
  return (value) => {
    const number = Number(value)
    if (number > above && number <= most) return number
    throw new InvalidArgumentError(`It must be a number above ${above}, at most ${most}.`)
  }
}

/** Reads the name of a policy of the configuration; throws commander's error for anything else. */
export function policyNameValue(value: string): string {
  if (POLICY_NAME.test(value)) return value
  throw new InvalidArgumentError('It must be small letters, digits and hyphens, and start with a letter.')
}

/** Reads a TCP port; 0 takes a free one. */
export const portValue = wholeValue(0, 65_535)

/** Reads `key=value`; a repeated option adds to it. Throws commander's error for anything else. */
export function tagValue(
  value: string,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const [, key, wanted] = /^([^=]+)=(.*)$/.exec(value) ?? []
  if (key !== undefined && wanted !== undefined) return { ...before, [key]: wanted }
  throw new InvalidArgumentError('It must be key=value.')
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A date, or an age before now, as epoch ms; throws commander's error for anything else. */
export function timeValue(value: string): number {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(value) ?? []
  if (count !== undefined && unit !== undefined) return Date.now() - Number(count) * UNITS[unit]!
  const at = Date.parse(value)
  if (!Number.isNaN(at)) return at
  throw new InvalidArgumentError('It must be a date, such as 2026-11-26, or an age, such as 7d, 12h or 30m.')
}
