import { InvalidArgumentError } from 'commander'
import { ageMs } from '../config/age.ts'
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

/** Reads a share from 0 on, 0.1 = 10 %; throws commander's error for anything else. */
export function shareValue(value: string): number {
  const number = Number(value)
  if (value.trim() !== '' && number >= 0 && number <= 100) return number
  throw new InvalidArgumentError('It must be a share of 0 or more, such as 0.1 for 10 %.')
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

/** A date, or an age before now, as epoch ms; throws commander's error for anything else. */
export function timeValue(value: string): number {
  const age = ageMs(value)
  if (!Number.isNaN(age)) return Date.now() - age
  const at = Date.parse(value)
  if (!Number.isNaN(at)) return at
  throw new InvalidArgumentError('It must be a date, such as 2026-11-26, or an age, such as 7d, 12h or 30m.')
}
