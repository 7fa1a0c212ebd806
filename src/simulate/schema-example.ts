import { MeritorderError } from '../errors.ts'
import { isObject } from '../json/is-object.ts'

/** A JSON Schema, as far as it is read here. */
export type JsonSchema = Readonly<Record<string, unknown>> | boolean

const FORMATS: Readonly<Record<string, string>> = {
  date: '2026-01-01',
  time: '12:00:00Z',
  'date-time': '2026-01-01T12:00:00Z',
  duration: 'P1D',
  email: 'simulated@example.com',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://example.com/simulated',
  uuid: '00000000-0000-4000-8000-000000000000',
}
const DEPTH_OF_OPTIONAL_PARTS = 6

/**
 * A small value that obeys a JSON Schema: types, enums, constants, required and optional properties, references
 * inside the document, `allOf`/`anyOf`/`oneOf` (the first branch), bounds of numbers, strings and arrays, common
 * formats. Not honoured: `pattern`, `not`, `if`, `uniqueItems`. Optional parts end six levels down, so
 * that a schema that refers to itself ends too; throws MeritorderError `invalid_request` where one
 * requires itself without end.
 */
export function exampleOf(schema: JsonSchema, root: JsonSchema = schema, depth = 0): unknown {
  if (typeof schema === 'boolean') return 'simulated'
  if (depth > 64) throw new MeritorderError('invalid_request', 'the schema requires itself without end')
  if (typeof schema.$ref === 'string') return exampleOf(resolve(schema.$ref, root), root, depth + 1)
  if ('const' in schema) return schema.const
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return schema.enum[0]
  const { allOf, ...rest } = schema
  if (Array.isArray(allOf)) return exampleOf(merge([rest, ...allOf], root), root, depth + 1)
  for (const key of ['anyOf', 'oneOf']) {
    const { [key]: branches, ...others } = schema
    if (Array.isArray(branches) && branches.length > 0) {
      return exampleOf(merge([others, branches[0]], root), root, depth + 1)
    }
  }
  switch (typeOf(schema)) {
    case 'object':
      return exampleObject(schema, root, depth)
    case 'array':
      return exampleArray(schema, root, depth)
    case 'integer':
      return exampleNumber(schema, 1)
    case 'number':
      return exampleNumber(schema, 0)
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return exampleString(schema)
  }
}

function typeOf(schema: Readonly<Record<string, unknown>>): string {
  const type = schema.type
  if (typeof type === 'string') return type
  if (Array.isArray(type)) return String(type.find((one) => one !== 'null') ?? 'null')
  if ('properties' in schema || 'required' in schema) return 'object'
  return 'items' in schema ? 'array' : 'string'
}

function exampleObject(schema: Readonly<Record<string, unknown>>, root: JsonSchema, depth: number): unknown {
  const properties = isObject(schema.properties) ? schema.properties : {}
  const required = new Set(Array.isArray(schema.required) ? schema.required.map(String) : [])
  const names = new Set([
    ...required,
    ...Object.keys(properties).filter(() => depth < DEPTH_OF_OPTIONAL_PARTS),
  ])
  const entries = [...names].map((name) => {
    const declared = properties[name]
    return [name, exampleOf(isSchema(declared) ? declared : true, root, depth + 1)] as const
  })
  return Object.fromEntries(entries)
}

function exampleArray(schema: Readonly<Record<string, unknown>>, root: JsonSchema, depth: number): unknown[] {
  const usual = depth < DEPTH_OF_OPTIONAL_PARTS ? 1 : 0
  const most = numberIn(schema, 'maxItems') ?? Number.POSITIVE_INFINITY
  const length = Math.max(numberIn(schema, 'minItems') ?? 0, Math.min(usual, most))
  const fixed = Array.isArray(schema.prefixItems) ? schema.prefixItems.filter(isSchema) : []
  const items = isSchema(schema.items) ? schema.items : true
  return Array.from({ length: Math.max(length, Math.min(fixed.length, most)) }, (_, at) =>
    exampleOf(fixed[at] ?? items, root, depth + 1),
  )
}

/** The number nearest to 1 within the bounds; whole when `step` is 1 (an integer). */
function exampleNumber(schema: Readonly<Record<string, unknown>>, step: 0 | 1): number {
  const multiple = numberIn(schema, 'multipleOf') ?? step
  const above = numberIn(schema, 'exclusiveMinimum')
  const below = numberIn(schema, 'exclusiveMaximum')
  const lowest = Math.max(numberIn(schema, 'minimum') ?? -Infinity, above ?? -Infinity)
  const highest = Math.min(numberIn(schema, 'maximum') ?? Infinity, below ?? Infinity)
  const fits = (x: number) =>
    x >= lowest && x <= highest && (above === undefined || x > above) && (below === undefined || x < below)
  const near = Math.min(Math.max(1, lowest), highest)
  if (multiple === 0) return fits(near) ? near : openMiddle(lowest, highest, near)
  const upward = Math.ceil(near / multiple) * multiple
  return [upward, upward + multiple, upward - multiple].find(fits) ?? near
}

function openMiddle(lowest: number, highest: number, near: number): number {
  if (Number.isFinite(lowest) && Number.isFinite(highest)) return (lowest + highest) / 2
  return near === lowest ? near + 1 : near - 1
}

function exampleString(schema: Readonly<Record<string, unknown>>): string {
  const format = FORMATS[String(schema.format)]
  const text = format ?? 'simulated'
  const shortest = numberIn(schema, 'minLength') ?? 0
  const longest = numberIn(schema, 'maxLength') ?? Number.POSITIVE_INFINITY
  return text.padEnd(shortest, '.').slice(0, longest)
}

/** Follows `#/$defs/name` and the like; an unknown place allows anything. */
function resolve(reference: string, root: JsonSchema): JsonSchema {
  if (!reference.startsWith('#')) return true
  let place: unknown = root
  for (const step of reference.slice(1).split('/').filter(Boolean)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
    place = isObject(place) ? place[key] : undefined
  }
  return isSchema(place) ? place : true
}

/** One schema that demands what all of them demand, as far as their members do not contradict. */
function merge(parts: readonly unknown[], root: JsonSchema): JsonSchema {
  const merged: Record<string, unknown> = {}
  for (const part of parts) {
    const schema = isObject(part) && typeof part.$ref === 'string' ? resolve(part.$ref, root) : part
    if (!isObject(schema)) continue
    for (const [key, value] of Object.entries(schema)) {
      const present = merged[key]
      if (isObject(present) && isObject(value)) merged[key] = { ...present, ...value }
      else if (Array.isArray(present) && Array.isArray(value) && key === 'required')
        merged[key] = [...present, ...value]
      else merged[key] = value
    }
  }
  return merged
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'boolean' || isObject(value)
}

function numberIn(schema: Readonly<Record<string, unknown>>, key: string): number | undefined {
  const value = schema[key]
  return typeof value === 'number' ? value : undefined
}
