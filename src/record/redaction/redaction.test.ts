import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { redactRequest } from './redact-call.ts'
import { redactJson } from './redact-json.ts'
import { redactText } from './redact-text.ts'

/** What texts of this kind are made of: personal data, pieces of it, and what stands around it. */
const pieces = fc.constantFrom(
  ...['jane.doe@example.com', '@', 'a@b.co', '+49 30 901820', '(415) 555-2671', '4111 1111 1111 1111'],
  ...['4111111111111111', 'DE89 3704 0044 0532 0130 00', '10.0.0.1', '2001:db8::8a2e:370:7334', 'Bearer '],
  ...[
    'sk-abcdefghijklmnop1234',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln',
    '-----BEGIN PRIVATE KEY-----',
  ],
  ...[
    '-----END PRIVATE KEY-----',
    'my name is ',
    'Dear ',
    'John',
    'Xavier',
    'Maria Smith',
    'phone: ',
    'token=',
    '\\n',
  ],
  ...[
    ' ',
    ' ',
    '\n',
    '.',
    ',',
    '"',
    '\\',
    '[',
    ']',
    '{',
    '}',
    ':',
    '-',
    '0',
    '1',
    '00',
    'the',
    'É',
    '😀',
    '\ud800',
  ],
  ...['[name]', '[email]', '[key]'],
)
const texts = fc
  .array(fc.oneof(pieces, fc.string({ maxLength: 6 })), { maxLength: 14 })
  .map((all) => all.join(''))
const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    texts,
    texts.map((text) => JSON.stringify({ arguments: [text] })),
    fc.constantFrom<unknown>(null, true, 1.5, 4111111111111111),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(texts, tie('value'), { maxKeys: 3 }),
  ),
})).value

test('what is redacted stays as it is when it is redacted again', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const once = redactText(text)
      assert.equal(redactText(once), once)
    }),
    { numRuns: 2_000 },
  )
})

test('a text grows by no more than its placeholders', () => {
  fc.assert(fc.property(texts, (text) => assert.ok(redactText(text).length <= 4 * text.length)))
})

test('JSON stays JSON of the same form, and JSON within texts too', () => {
  const form = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(form)
    if (typeof value === 'object' && value !== null) return Object.values(value).map(form)
    return value === 4111111111111111 ? 'string' : typeof value
  }
  fc.assert(
    fc.property(values, (value) => {
      const redacted = redactJson(value)
      assert.deepEqual(form(redacted), form(value))
      assert.deepEqual(redactJson(redacted), redacted)
    }),
  )
  const within = JSON.stringify({ to: 'jane@example.com', text: '\njane@example.com' })
  assert.deepEqual(JSON.parse(String(redactJson(within))), { to: '[email]', text: '\n[email]' })
})

test('a text without personal data is the same text, a request the same bytes', () => {
  const plain = [
    'The quick brown fox jumps over 13 lazy dogs at 12:30:45 on 2024-01-02, for $1,234,567.89.',
    'std::vector<int> a::b; version 1.2.3; ISBN 978-3-16-148410-0; order 4111 1111 1111 1112',
    'Dear Sir, I am American. Hello World! Mark my words in May. sk-short, task-abcdefghijklmnopqrstuv',
    'x = matrix[0][1] @ y; user@localhost; git@v1; 1.234.567,89 €; 0.1+0.2; commit 3f786850e387550fdab836ed7e6dc881',
  ]
  for (const text of plain) assert.equal(redactText(text), text)
  const bytes = Buffer.from(`{ "a" : 12345678901234567890, "a": ${JSON.stringify(plain[0])} }`)
  assert.equal(redactRequest(bytes), bytes)
})

test('files, pictures and sounds go, because nobody can look into them', () => {
  const picture = `data:image/png;base64,${'iVBORw0K'.repeat(10)}`
  assert.equal(redactJson(picture), 'data:image/png;base64,[file]')
  assert.deepEqual(redactJson({ data: 'QUJD'.repeat(400) }), { data: '[file]' })
})

test('hostile texts of up to two megabytes take no longer for each character than short ones', {
  timeout: 240_000,
}, () => {
  const seeds = [
    ...['a', 'A', '1', '@', 'a@', '1 ', ':', 'a:', '-', '(', '+1', '1.', ' ', '\n', '\\', '[{'],
    ...[
      '-----BEGIN ',
      '-----BEGIN PRIVATE KEY-----',
      'eyJ',
      'eyJaaaaaaaaa.',
      'DE89 ',
      'DE89',
      'token ',
      'tel ',
    ],
    ...['Dear A ', 'a@b.', '4111 1111 1111 1112 ', '1:2:3:4:5:6:7:8 ', '+49 30 901820 ', '415-555-2671 '],
  ]
  const msOf = (text: string) => {
    const started = performance.now()
    redactText(text)
    return performance.now() - started
  }
  for (const seed of seeds) {
    const characters = seed.length === 1 ? 2_000_000 : 400_000
    const short = msOf(seed.repeat(Math.ceil(characters / 16 / seed.length)))
    const long = msOf(seed.repeat(Math.ceil(characters / seed.length)))
    // 16 times the text; quadratic time would be 256 times as long. The rest is a loaded machine.
    assert.ok(long < 1_000 || long < short * 100, `${JSON.stringify(seed)}: ${short} ms, then ${long} ms`)
  }
})

test('members whose names become one stay apart, in time linear in their number', () => {
  const members = (n: number) =>
    Object.fromEntries(Array.from({ length: n }, (_, i) => [`user${i}@example.com`, i] as const))
  assert.deepEqual(redactJson({ ...members(3), '[email] 2': 'own' }), {
    '[email]': 0,
    '[email] 2': 1,
    '[email] 3': 2,
    '[email] 2 2': 'own',
  })
  const started = performance.now()
  const many = redactJson(members(20_000)) as object
  assert.equal(Object.keys(many).length, 20_000)
  assert.ok(performance.now() - started < 5_000)
})

test('JSON within a text that is nested too deep for the stack is redacted as the text that it is', () => {
  const deep = (depth: number) => `${'['.repeat(depth)}"jane@example.com"${']'.repeat(depth)}`
  for (const depth of [1, 200, 300, 100_000])
    assert.equal(redactJson(deep(depth)), deep(depth).replace('jane@example.com', '[email]'))
})
