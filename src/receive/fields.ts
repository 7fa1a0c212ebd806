import { MeritorderError } from '../errors.ts'
import { isObject } from '../json/is-object.ts'

export type Fields = Readonly<Record<string, unknown>>

/** Reads one JSON value; `field` is its path in the body, for the error. */
export type Reader<T> = (value: unknown, field: string) => T

/** The value read, or undefined where it is absent or null. */
export function optional<T>(read: Reader<T>, value: unknown, field: string): T | undefined {
  return value === undefined || value === null ? undefined : read(value, field)
}

export const readObject: Reader<Fields> = (value, field) => {
  if (isObject(value)) return value
  throw wrong(field, 'an object')
}

export const readArray: Reader<readonly unknown[]> = (value, field) => {
  if (Array.isArray(value)) return value
  throw wrong(field, 'an array')
}

export const readString: Reader<string> = (value, field) => {
  if (typeof value === 'string') return value
  throw wrong(field, 'a string')
}

export const readNumber: Reader<number> = (value, field) => {
  if (typeof value === 'number') return value
  throw wrong(field, 'a number')
}

export const readInteger: Reader<number> = (value, field) => {
  if (Number.isInteger(value)) return value as number
  throw wrong(field, 'a whole number')
}

/** A limit on tokens. */
export const readLimit: Reader<number> = (value, field) => {
  if (Number.isInteger(value) && Number(value) >= 1) return Number(value)
  throw wrong(field, 'a whole number of at least 1')
}

export const readBoolean: Reader<boolean> = (value, field) => {
  if (typeof value === 'boolean') return value
  throw wrong(field, 'true or false')
}

/** One of a few words. */
export function readWord<T extends string>(words: readonly T[]): Reader<T> {
  return (value, field) => {
    const word = words.find((known) => known === value)
    if (word !== undefined) return word
    throw wrong(field, `one of ${words.join(', ')}`)
  }
}

/** The object without its undefined members. */
export function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept: { [K in keyof T]?: Exclude<T[K], undefined> } = {}
  for (const name in fields) {
    const value = fields[name]
    if (value !== undefined) kept[name] = value as Exclude<T[typeof name], undefined>
  }
  return kept
}

/** The error for a field of the wrong type or value. */
export function wrong(field: string, expected: string): MeritorderError {
  return new MeritorderError('invalid_request', `${field} must be ${expected}.`, { limit: field })
}
