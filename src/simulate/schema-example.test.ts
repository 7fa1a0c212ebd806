import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { exampleOf, type JsonSchema } from './schema-example.ts'

const { schema: anySchema } = fc.letrec<{ schema: z.ZodType; leaf: z.ZodType }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    tie('leaf'),
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((parts) => z.union(parts)),
    tie('schema').chain((item) => fc.nat({ max: 4 }).map((least) => z.array(item).min(least))),
    tie('schema')
      .map((inner) => inner.optional())
      .map((inner) => z.object({ maybe: inner })),
    fc
      .dictionary(fc.stringMatching(/^[a-z]{1,6}$/), tie('schema'), { maxKeys: 4 })
      .map((shape) => z.strictObject(shape)),
  ),
  leaf: fc.oneof(
    fc.constant(z.boolean()),
    fc.constant(z.null()),
    fc.constant(z.email()),
    fc.constant(z.iso.datetime()),
    fc.uniqueArray(fc.string(), { minLength: 1 }).map((names) => z.enum(names as [string, ...string[]])),
    fc.string().map((text) => z.literal(text)),
    fc.tuple(fc.nat({ max: 50 }), fc.nat({ max: 50 })).map(([least, more]) =>
      z
        .string()
        .min(least)
        .max(least + more),
    ),
    fc.tuple(fc.integer({ min: -99, max: 99 }), fc.nat({ max: 99 })).map(([least, more]) =>
      z
        .number()
        .min(least)
        .max(least + more),
    ),
    fc.integer({ min: -99, max: 99 }).map((limit) => z.int().gt(limit)),
    fc.integer({ min: -99, max: 99 }).map((limit) => z.number().lt(limit)),
    fc
      .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: -99, max: 99 }))
      .map(([step, least]) => z.int().multipleOf(step).min(least)),
  ),
}))

test('an example is accepted by the schema that it was made for', () => {
  fc.assert(
    fc.property(anySchema, (schema) => {
      const example = exampleOf(z.toJSONSchema(schema) as JsonSchema)
      const verdict = schema.safeParse(example)
      assert.ok(verdict.success, `${JSON.stringify(example)}: ${verdict.error?.message}`)
    }),
    { numRuns: 500 },
  )
})

test('references and parts that must hold together are followed', () => {
  const schema = {
    $defs: { base: { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] } },
    allOf: [
      { $ref: '#/$defs/base' },
      { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
    ],
  }
  assert.deepEqual(exampleOf(schema), { id: 1, name: 'simulated' })
})

test('a schema that may contain itself ends', () => {
  const tree = { type: 'object', properties: { children: { type: 'array', items: { $ref: '#' } } } }
  assert.ok(JSON.stringify(exampleOf(tree)).length < 1000)
})

test('a schema that requires itself is refused', () => {
  const knot = { type: 'object', properties: { self: { $ref: '#' } }, required: ['self'] }
  assert.throws(() => exampleOf(knot), { code: 'invalid_request' })
})
