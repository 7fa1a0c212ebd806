import { isDeepStrictEqual } from 'node:util'
import { isObject } from '../json/is-object.ts'

/** Schemas and values looked at for one verdict, and how deep they may lie in each other. */
const MOST_STEPS = 20_000
const MOST_DEPTH = 64
/** What it counts for to compare two objects or lists. */
const STEPS_TO_COMPARE = 100

class TooMuch extends Error {}

/**
 * Whether a value obeys a JSON Schema, as far as can be told cheaply: types, enumerations and constants, required members,
 * members that are not allowed, items, references within the document, `allOf`, `anyOf` and `oneOf` (of which one is
 * enough). Other words are not looked at: what is refused is wrong, and what is let through may yet break a pattern or a
 * bound. Undefined where telling takes too long; never throws. Regular expressions of strangers are not run.
 */
export function obeys(value: unknown, schema: unknown): boolean | undefined {
  try {
    return createCheck(schema)(value, schema, 0)
  } catch (error) {
    if (error instanceof TooMuch) return undefined
    throw error
  }
}

type Check = (value: unknown, schema: unknown, depth: number) => boolean

function createCheck(root: unknown): Check {
  let steps = 0
  const spend = (more: number, depth: number) => {
    steps += more
    if (steps > MOST_STEPS || depth > MOST_DEPTH) throw new TooMuch()
  }
  const isOneOf = (value: unknown, allowed: readonly unknown[], depth: number): boolean => {
    spend(allowed.length * (typeof value === 'object' ? STEPS_TO_COMPARE : 1), depth)
    return allowed.some((one) => isDeepStrictEqual(one, value))
  }
  const check: Check = (value, schema, depth) => {
    spend(1, depth)
    if (!isObject(schema)) return schema !== false
    if (schema.nullable === true && value === null) return true
    if (!hasType(value, schema.type)) return false
    if (Array.isArray(schema.enum) && !isOneOf(value, schema.enum, depth)) return false
    if ('const' in schema && !isOneOf(value, [schema.const], depth)) return false
    if (typeof schema.$ref === 'string' && !check(value, resolve(schema.$ref, root), depth + 1)) return false
    return combined(value, schema, depth) && partsObey(value, schema, depth)
  }
  const combined = (value: unknown, { allOf, anyOf, oneOf }: Fields, depth: number): boolean => {
    const some = (branches: unknown) =>
      !Array.isArray(branches) || branches.some((branch) => check(value, branch, depth + 1))
    return (
      (!Array.isArray(allOf) || allOf.every((one) => check(value, one, depth + 1))) &&
      some(anyOf) &&
      some(oneOf)
    )
  }
  const partsObey = (value: unknown, schema: Fields, depth: number): boolean => {
    if (Array.isArray(value)) return itemsObey(value, schema, depth)
    return !isObject(value) || membersObey(value, schema, depth)
  }
  const itemsObey = (value: readonly unknown[], { items, prefixItems }: Fields, depth: number): boolean => {
    // The older drafts call `items` what the newest calls `prefixItems`.
    const [first, rest] = Array.isArray(items) ? [items, true] : [prefixItems, items ?? true]
    const own = Array.isArray(first) ? first : []
    return value.every((item, i) => check(item, i < own.length ? own[i] : rest, depth + 1))
  }
  const membersObey = (value: Fields, schema: Fields, depth: number): boolean => {
    const { required, patternProperties } = schema
    if (Array.isArray(required) && !required.every((name) => Object.hasOwn(value, String(name)))) return false
    const properties = isObject(schema.properties) ? schema.properties : {}
    // Which members a pattern allows is not looked at.
    const others = patternProperties === undefined ? (schema.additionalProperties ?? true) : true
    return Object.entries(value).every(([name, member]) =>
      check(member, Object.hasOwn(properties, name) ? properties[name] : others, depth + 1),
    )
  }
  return check
}

type Fields = Readonly<Record<string, unknown>>

function hasType(value: unknown, type: unknown): boolean {
  if (Array.isArray(type)) return type.some((one) => isOfType(value, one))
  return type === undefined || isOfType(value, type)
}

function isOfType(value: unknown, type: unknown): boolean {
  switch (type) {
    case 'object':
      return isObject(value)
    case 'array':
      return Array.isArray(value)
    case 'integer':
      return Number.isInteger(value)
    case 'null':
      return value === null
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type
    default:
      // No type that anybody knows: nothing can be told.
      return true
  }
}

/** What a reference within the document points at (RFC 6901); one that points elsewhere allows everything. */
function resolve(reference: string, root: unknown): unknown {
  if (reference !== '#' && !reference.startsWith('#/')) return true
  let target = root
  for (const part of reference.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof target !== 'object' || target === null || !Object.hasOwn(target, name)) return true
    target = (target as Fields)[name]
  }
  return target
}
