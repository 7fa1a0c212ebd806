import { isMap, isScalar, type LineCounter, type Node, type Document as YamlDocument } from 'yaml'
import { z } from 'zod'
import { configSchema } from './schema.ts'

type Path = readonly PropertyKey[]

/** One thing wrong with the configuration file, with the place to mend it. */
export interface Problem {
  /** 1-based. */
  readonly line: number
  /** 1-based. */
  readonly column: number
  /** The key, dotted: `server.port`; empty for the whole file. */
  readonly key: string
  /** What is wrong and what is allowed instead. */
  readonly message: string
}

/** A fault found in the values, before it is given its place in the file. */
export interface Fault {
  readonly path: Path
  /** True when the key itself is at fault, not its value. */
  readonly atKey?: boolean
  readonly message: string
}

/** The part of a JSON Schema that messages are worded from. */
interface Allowed {
  type?: string
  enum?: unknown[]
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  pattern?: string
  format?: string
  description?: string
  properties?: Record<string, Allowed>
  propertyNames?: Allowed
  additionalProperties?: Allowed | boolean
  items?: Allowed
  anyOf?: Allowed[]
}

/** Words a zod issue for the person who wrote the file: what is wrong, what is allowed, which key was probably meant. */
export function faultsOf(issue: z.core.$ZodIssue): Fault[] {
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(allowedAt(issue.path)?.properties ?? {})
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      atKey: true,
      message: `unknown key \`${key}\`${suggestion(key, known)}; allowed here: ${known.join(', ')}`,
    }))
  }
  const key = dotted(issue.path)
  if (issue.code === 'invalid_key') {
    const names = allowedAt(issue.path.slice(0, -1))?.propertyNames
    return [
      {
        path: issue.path,
        atKey: true,
        message: `\`${key}\` is no possible name: it must be ${wording(names)}`,
      },
    ]
  }
  if (issue.code === 'custom') return [{ path: issue.path, message: `\`${key}\` ${issue.message}` }]
  const wanted = wording(allowedAt(issue.path))
  if (issue.code === 'invalid_type' && issue.input === undefined) {
    return [{ path: issue.path, message: `\`${key}\` is missing: it must be ${wanted}` }]
  }
  return [{ path: issue.path, message: `\`${key}\` must be ${wanted}${shown(issue)}` }]
}

/** Finds where in the file a fault lies: its value, else its key, else the closest enclosing section that exists. */
export function locate(document: YamlDocument, lines: LineCounter, fault: Fault): Problem {
  const offset = offsetOf(document, fault)
  const { line, col } = lines.linePos(offset)
  return {
    line: Math.max(1, line),
    column: Math.max(1, col),
    key: dotted(fault.path),
    message: fault.message,
  }
}

function offsetOf(document: YamlDocument, fault: Fault): number {
  const parentPath = fault.path.slice(0, -1)
  if (fault.atKey === true) return keyOffset(document, parentPath, fault.path.at(-1)) ?? 0
  for (let length = fault.path.length; length >= 0; length--) {
    const path = fault.path.slice(0, length)
    const node = length === 0 ? document.contents : document.getIn(path, true)
    const start = isNode(node) ? node.range?.[0] : undefined
    if (start !== undefined && length === fault.path.length) return start
    const key = length === 0 ? undefined : keyOffset(document, path.slice(0, -1), path.at(-1))
    if (key !== undefined) return key
    if (start !== undefined) return start
  }
  return 0
}

function keyOffset(document: YamlDocument, parent: Path, key: PropertyKey | undefined): number | undefined {
  const map = parent.length === 0 ? document.contents : document.getIn(parent, true)
  if (!isMap(map)) return undefined
  const pair = map.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))
  return isScalar(pair?.key) ? pair.key.range?.[0] : undefined
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'range' in value
}

function dotted(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    return text === '' ? String(part) : `${text}.${String(part)}`
  }, '')
}

function allowedAt(path: Path): Allowed | undefined {
  let schema: Allowed | undefined = z.toJSONSchema(configSchema, { io: 'input' }) as Allowed
  for (const part of path) {
    if (schema === undefined) return undefined
    const other: Allowed | boolean | undefined = schema.additionalProperties
    schema =
      typeof part === 'number'
        ? (schema.items ?? schema.anyOf?.find(({ items }) => items !== undefined)?.items)
        : (schema.properties?.[String(part)] ?? (typeof other === 'object' ? other : undefined))
  }
  return schema
}

/** What a schema allows, as the end of the sentence "it must be …". */
function wording(schema: Allowed | undefined): string {
  if (schema === undefined) return 'something else'
  if (schema.anyOf !== undefined) return schema.anyOf.map(wording).join(', or ')
  if (schema.enum !== undefined) return `one of ${schema.enum.join(', ')}`
  if (schema.format === 'uri') return 'a URL that starts with http:// or https://'
  if (schema.pattern !== undefined) {
    const about = schema.description === undefined ? '' : ` (${schema.description.replace(/\.$/, '')})`
    return `text of the form ${schema.pattern}${about}`
  }
  switch (schema.type) {
    case 'boolean':
      return 'true or false'
    case 'integer':
    case 'number':
      return `a ${schema.type === 'integer' ? 'whole ' : ''}number ${range(schema)}`
    case 'array':
      return 'a list (lines that start with "- ")'
    case 'object':
      return schema.properties === undefined
        ? 'a section of named entries'
        : `a section with keys among ${Object.keys(schema.properties).join(', ')}`
    default:
      return schema.maxLength === undefined ? 'text' : `text of 1 to ${schema.maxLength} characters`
  }
}

function range({ minimum, maximum }: Allowed): string {
  const top = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum
  return top === undefined ? `of at least ${minimum ?? 0}` : `from ${minimum ?? 0} to ${top}`
}

/** The offending value, unless it may be a secret or is a whole section. */
function shown(issue: z.core.$ZodIssue): string {
  const { input } = issue
  const name = issue.path.findLast((part) => typeof part !== 'number')
  if (/key|sha256|url/.test(String(name))) return ''
  if (input === undefined || (typeof input === 'object' && input !== null)) return ''
  const text = JSON.stringify(input)
  return `, not ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`
}

function suggestion(key: string, known: readonly string[]): string {
  const [best] = known
    .map((name) => ({ name, edits: editDistance(key.slice(0, 64).toLowerCase(), name) }))
    .sort((a, b) => a.edits - b.edits)
  return best !== undefined && best.edits <= Math.max(2, key.length / 3)
    ? `; did you mean \`${best.name}\`?`
    : ''
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substituted = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substituted, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}
