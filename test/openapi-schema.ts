import { AssertionError } from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import { parse } from 'yaml'

const SPECS = process.env.MERITORDER_SPECS ?? '../shared/specs'

export type Spec = 'openai' | 'openrouter'

/** Why nothing can be validated here, for a test's `skip`; false where the specifications are. */
export const withoutSpecs: string | false =
  !(existsSync(fileOf('openai')) && existsSync(fileOf('openrouter'))) &&
  `no openai-openapi.yaml and openrouter-openapi.yaml in ${SPECS}: set MERITORDER_SPECS`

/** Throws AssertionError that says which members of a value are not as the schema has them. */
export type Validate = (value: unknown) => void

/**
 * A check of values against one of `components.schemas` in a vendor's OpenAPI description. Where the descriptions
 * are absent everything passes: let one test of the file say so (`{ skip: withoutSpecs }`).
 */
export function validatorOf(spec: Spec, schemaName: string): Validate {
  return validatorAt(spec, `/components/schemas/${schemaName}`, schemaName)
}

/** The same for what an operation answers with 200: `validatorOfReply('openrouter', 'get', '/key')`. */
export function validatorOfReply(spec: Spec, method: 'get' | 'post', path: string): Validate {
  const place = `/paths/${path.replaceAll('/', '~1')}/${method}/responses/200/content/application~1json/schema`
  return validatorAt(spec, place, `reply to ${method} ${path}`)
}

function validatorAt(spec: Spec, place: string, name: string): Validate {
  if (withoutSpecs !== false) return () => {}
  const ajv = ajvOf(spec)
  const check = ajv.compile({ $ref: `${spec}#${encodeURI(place)}` })
  return (value) => {
    // What counts is what is sent: members that are undefined are not.
    const sent: unknown = value === undefined ? undefined : JSON.parse(JSON.stringify(value))
    if (check(sent)) return
    const message = `no ${name} of ${spec}:\n${said(check.errors ?? [])}\n${JSON.stringify(sent).slice(0, 2000)}`
    throw new AssertionError({ message })
  }
}

const loaded = new Map<Spec, Ajv2020>()

/** Read and understood once: a specification takes seconds to parse. */
function ajvOf(spec: Spec): Ajv2020 {
  const known = loaded.get(spec)
  if (known !== undefined) return known
  const document = parse(readFileSync(fileOf(spec), 'utf8')) as Document
  const { schemas } = document.components
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false })
  ajv.addSchema({
    $id: spec,
    components: { schemas: eachOf(schemas, schemas) },
    paths: rewritten(document.paths, schemas),
  })
  loaded.set(spec, ajv)
  return ajv
}

function fileOf(spec: Spec): string {
  return join(SPECS, `${spec}-openapi.yaml`)
}

type Schema = { [keyword: string]: unknown }
type Schemas = Record<string, Schema>
interface Document {
  readonly components: { readonly schemas: Schemas }
  readonly paths: unknown
}

/**
 * OpenAPI as JSON Schema 2020-12:
 * - `nullable` is OpenAPI 3.0's way to allow null
 * - a union with a `discriminator` is decided by it, so that an error names the member of the one form that is meant
 * - `oneOf` without one is `anyOf`: the vendors' forms are open objects of which several may fit
 */
function rewritten(value: unknown, schemas: Schemas): unknown {
  if (Array.isArray(value)) return value.map((item) => rewritten(item, schemas))
  if (typeof value !== 'object' || value === null) return value
  const schema: Schema = {}
  for (const [keyword, inner] of Object.entries(value)) {
    if (OTHERWISE.has(keyword)) continue
    if (keyword === 'properties') schema.properties = eachOf(inner as Schemas, schemas)
    else schema[keyword] = keyword === 'enum' || keyword === 'const' ? inner : rewritten(inner, schemas)
  }
  return withNull(withChoice(schema, value as Schema, schemas), value as Schema)
}

/** Schemas by name: what stands beside one another here are no keywords. */
function eachOf(named: Schemas, schemas: Schemas): Schemas {
  return Object.fromEntries(
    Object.entries(named).map(([name, schema]) => [name, rewritten(schema, schemas) as Schema]),
  )
}

/** Said otherwise, or nothing that decides about a value. Recursion (a filter of filters) is not followed. */
const OTHERWISE = new Set([
  'nullable',
  'discriminator',
  'example',
  'default',
  '$recursiveAnchor',
  '$recursiveRef',
])

function withNull(schema: Schema, { nullable }: Schema): Schema {
  return nullable === true ? { anyOf: [schema, { type: 'null' }] } : schema
}

/** The union decided by its discriminator, where every form says its value; else any form will do. */
function withChoice(schema: Schema, { discriminator }: Schema, schemas: Schemas): Schema {
  const { oneOf, anyOf, ...rest } = schema
  const forms = (oneOf ?? anyOf) as Schema[] | undefined
  if (!Array.isArray(forms)) return schema
  const property = (discriminator as { propertyName?: string } | undefined)?.propertyName
  const values = property === undefined ? [] : forms.map((form) => valuesOf(form, property, schemas))
  if (property === undefined || values.some((of) => of.length === 0)) return { ...rest, anyOf: forms }
  const byValue = new Map<unknown, Schema[]>()
  for (const [i, form] of forms.entries())
    for (const name of values[i]!) byValue.set(name, [...(byValue.get(name) ?? []), form])
  return {
    ...rest,
    allOf: [...byValue].map(([name, of]) => ({
      if: { properties: { [property]: { const: name } }, required: [property] },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own keyword
      then: of.length === 1 ? of[0] : { anyOf: of },
    })),
    required: [property],
    properties: { [property]: { enum: [...byValue.keys()] } },
  }
}

/** The values of a property that one form of a union allows; none where it does not say. */
function valuesOf(form: Schema, property: string, schemas: Schemas): unknown[] {
  const name = typeof form.$ref === 'string' ? form.$ref.split('/').at(-1) : undefined
  const schema = name === undefined ? form : schemas[name]
  if (schema === undefined) return []
  const own = (schema.properties as Schemas | undefined)?.[property]
  if (Array.isArray(own?.enum)) return own.enum
  if (own?.const !== undefined) return [own.const]
  const parts = (schema.oneOf ?? schema.anyOf ?? schema.allOf) as Schema[] | undefined
  const inner = (parts ?? []).map((part) => valuesOf(part, property, schemas))
  if (schema.allOf === undefined && inner.some((of) => of.length === 0)) return []
  return inner.flat()
}

const MOST_SAID = 12

function said(errors: readonly ErrorObject[]): string {
  const lines = errors
    .filter(({ keyword }) => keyword !== 'if')
    .map(
      ({ instancePath, message, params }) => `  ${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
    )
  return [...new Set(lines)].slice(0, MOST_SAID).join('\n')
}
