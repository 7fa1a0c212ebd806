import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import { obeys } from './obeys.ts'

const ajv = new Ajv({ strict: false, validateSchema: false, logger: false })
const accepts = (schema: object, value: unknown): boolean => ajv.compile(schema)(value) as boolean

const names = fc.constantFrom('a', 'b', 'c')
const leaf = fc.constantFrom<unknown>(null, true, 0, 1.5, -3, '', 'x', [], {})
const { value: values } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(names, tie('value'), { maxKeys: 3 }),
  ),
}))

/** Schemas of what is looked at, with references to `$defs`; a schema has one or two of the words. */
const { schema: schemas } = fc.letrec<{ schema: object }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3 },
    fc.record({
      type: fc.constantFrom<unknown>('object', 'array', 'string', 'number', 'integer', 'boolean', 'null', [
        'string',
        'null',
      ]),
    }),
    fc.record({ enum: fc.array(leaf, { minLength: 1, maxLength: 3 }) }),
    fc.record({ const: leaf }),
    fc.record({ $ref: fc.constant('#/$defs/a~1b') }),
    fc.record({ items: tie('schema') }),
    fc.record({ items: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) }),
    fc.record(
      {
        type: fc.constant('object'),
        properties: fc.dictionary(names, tie('schema'), { maxKeys: 3 }),
        required: fc.uniqueArray(names, { maxLength: 2 }),
        additionalProperties: fc.oneof(fc.boolean(), tie('schema')),
      },
      { requiredKeys: [] },
    ),
    fc.record({ allOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) }),
    fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) }),
  ),
}))

test('of what is looked at, the verdict is that of a whole validator', () => {
  fc.assert(
    fc.property(schemas, values, (drawn, value) => {
      const schema = { ...drawn, $defs: { 'a/b': { type: ['object', 'string'] } } }
      assert.equal(obeys(value, schema), accepts(schema, value))
    }),
    { numRuns: 300 },
  )
})

test('words that are not looked at refuse nothing, so that what is refused is wrong', () => {
  const ignored = fc.record(
    {
      minimum: fc.integer(),
      pattern: fc.constantFrom('^x$', 'y'),
      minItems: fc.nat(3),
      patternProperties: fc.constant({ '^a': true }),
      additionalProperties: fc.constant(false),
      not: fc.constant({ type: 'string' }),
    },
    { requiredKeys: [] },
  )
  const exclusive = fc.record({ oneOf: fc.array(schemas, { minLength: 1, maxLength: 2 }) })
  fc.assert(
    fc.property(ignored, exclusive, values, (words, oneOf, value) => {
      const schema = { ...words, ...oneOf, $defs: { 'a/b': true } }
      if (accepts(schema, value)) assert.equal(obeys(value, schema), true)
    }),
    { numRuns: 300 },
  )
})

test('schemas and values without end get no verdict, and soon', () => {
  assert.equal(obeys({}, { $ref: '#' }), undefined)
  const branching = { anyOf: [{ $ref: '#' }, { $ref: '#' }], not: {} }
  assert.equal(obeys(1, { allOf: Array.from({ length: 8 }, () => branching), $defs: {} }), undefined)
  let deep: unknown = 1
  for (let i = 0; i < 10_000; i++) deep = [deep]
  assert.equal(obeys(deep, { items: { $ref: '#' } }), undefined)
  const wide = Array.from({ length: 100_000 }, () => 1)
  assert.equal(obeys(wide, { items: { type: 'number' } }), undefined)
})

test('a member that every object has by nature is no member', () => {
  assert.equal(obeys({}, { required: ['toString'] }), false)
  assert.equal(obeys(JSON.parse('{"__proto__": 1}'), { additionalProperties: false }), false)
  assert.equal(obeys({ constructor: 1 }, { properties: {}, additionalProperties: false }), false)
})
