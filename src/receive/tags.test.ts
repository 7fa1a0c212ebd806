import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTags } from './tags.ts'

test('what a caller attaches is kept, and the session of the body wins over the header', () => {
  const body = {
    user: 'u',
    session_id: 'body',
    metadata: { team: 'a' },
    trace: { trace_id: 't', generation_name: 'draft', other: 1 },
  }
  assert.deepEqual(
    readTags(body, { 'x-session-id': 'head', 'x-title': 'App', 'http-referer': 'https://a.example' }),
    {
      user: 'u',
      session_id: 'body',
      app: 'App',
      referer: 'https://a.example',
      'trace.trace_id': 't',
      'trace.generation_name': 'draft',
      'metadata.team': 'a',
    },
  )
  assert.equal(readTags({}, { 'x-session-id': 'head' }).session_id, 'head')
})

test('a user is the user by whichever of his names he comes, and what each name was is kept', () => {
  const of = (body: object) => readTags({ ...body }, {})
  assert.deepEqual(of({ metadata: { user_id: 'm' } }), { user: 'm', 'metadata.user_id': 'm' })
  assert.deepEqual(of({ safety_identifier: 's' }), { user: 's', safety_identifier: 's' })
  assert.deepEqual(of({ user: 'u', safety_identifier: 's', metadata: { user_id: 'm' } }), {
    user: 'u',
    safety_identifier: 's',
    'metadata.user_id': 'm',
  })
  assert.deepEqual(of({ prompt_cache_key: 'k', user: 7, metadata: { user_id: null } }), {})
})

test('sixteen pairs with keys of 64 and values of 512 characters are the most', () => {
  const pairs = (count: number, key = 'k', value = 'v') =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`${key}${i}`, value]))
  const read = (metadata: unknown) => readTags({ metadata }, {})
  assert.equal(Object.keys(read(pairs(16, 'k'.repeat(60), 'v'.repeat(512)))).length, 16)
  assert.throws(() => read(pairs(17)), /metadata must be an object of at most 16 pairs/)
  assert.throws(() => read({ ['k'.repeat(65)]: 'v' }), /keys have at most 64 characters/)
  assert.throws(() => read({ k: 'v'.repeat(513) }), /metadata\.k must be text of at most 512/)
  assert.throws(() => read({ k: 5 }), /metadata\.k must be text/)
  assert.throws(() => read('x'), /metadata must be an object/)
  assert.throws(() => readTags({ session_id: 's'.repeat(257) }, {}), /session_id must be at most 256/)
})
