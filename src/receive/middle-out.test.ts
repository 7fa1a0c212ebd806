import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { middleOut } from './middle-out.ts'

const say = (role: string, content: string) => ({ role, content })
const size = (messages: readonly unknown[]) => JSON.stringify(messages).length
const within = (most: number) => (messages: readonly unknown[]) => size(messages) <= most
const talk = [
  say('system', 'Be brief.'),
  ...Array.from({ length: 8 }, (_, i) => say(i % 2 === 0 ? 'user' : 'assistant', `${i} ${'x'.repeat(50)}`)),
  say('user', 'And now?'),
]
const first = (message: unknown) => (message as { content: string }).content.slice(0, 1)

test('a conversation that fits is left as it is', () => {
  assert.deepEqual(
    middleOut(talk, () => true),
    { messages: talk, dropped: 0, cut: 0 },
  )
})

test('as few messages as need be are left out, from the middle outwards', () => {
  const shortened = middleOut(talk, within(size(talk) - 100))
  assert.equal(shortened?.dropped, 2)
  assert.deepEqual(shortened?.messages.map(first), ['B', '0', '1', '2', '5', '6', '7', 'A'])
})

test('instructions and the last turn stay; results go with their call', () => {
  const call = { role: 'assistant', content: null, tool_calls: [{ id: 'a' }] }
  const result = { role: 'tool', tool_call_id: 'a', content: 'y'.repeat(200) }
  const messages = [
    say('user', 'q'),
    call,
    result,
    result,
    say('assistant', 'done'),
    say('user', 'next'),
    call,
    result,
  ]
  const shortened = middleOut(messages, within(size(messages) - 210))
  assert.deepEqual(shortened?.messages, [messages[0], ...messages.slice(4)])
  const anthropic = {
    role: 'user',
    content: [{ type: 'tool_result', tool_use_id: 'a', content: 'y'.repeat(200) }],
  }
  const use = { role: 'assistant', content: [{ type: 'tool_use', id: 'a' }] }
  const other = [say('user', 'q'), use, anthropic, say('user', 'next')]
  assert.deepEqual(middleOut(other, within(150))?.messages, [say('user', 'q'), say('user', 'next')])
})

test('one text that is too long loses its middle, whole characters at a time', () => {
  const long = `begin ${'😀'.repeat(300)} end`
  const shortened = middleOut([say('system', 's'), say('user', long)], within(300))
  assert.ok(shortened !== undefined && shortened.cut > 0)
  const { content } = shortened.messages[1] as { content: string }
  assert.match(content, /^begin 😀+…😀+ end$/u)
  const parts = [{ role: 'user', content: [{ type: 'image_url' }, { type: 'text', text: 'z'.repeat(500) }] }]
  const cut = middleOut(parts, within(200))?.messages[0] as { content: { text?: string }[] }
  assert.match(cut.content[1]?.text ?? '', /^z+…z+$/)
})

test('what nothing can make fit is not shortened', () => {
  assert.equal(middleOut([say('system', 'x'.repeat(500)), say('user', 'q')], within(100)), undefined)
})

test('whatever a conversation holds, what is left of it fits, in its order, with all instructions', () => {
  const message = fc.record({
    role: fc.constantFrom('system', 'user', 'assistant', 'tool'),
    content: fc.oneof(fc.string(), fc.array(fc.record({ type: fc.constant('text'), text: fc.string() }))),
  })
  fc.assert(
    fc.property(fc.array(message), fc.integer({ min: 2, max: 500 }), (messages, most) => {
      const shortened = middleOut(messages, within(most))
      if (shortened === undefined) return
      assert.ok(within(most)(shortened.messages))
      const systems = (list: readonly unknown[]) =>
        list.filter((one) => (one as { role: string }).role === 'system').length
      assert.equal(systems(shortened.messages), systems(messages))
      if (shortened.cut > 0) return
      let at = -1
      for (const kept of shortened.messages) {
        at = messages.indexOf(kept as (typeof messages)[number], at + 1)
        assert.ok(at >= 0)
      }
    }),
  )
})
