import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Recording, readRecordings, WITHOUT_RECORDINGS } from '../../test/recorded/recordings.ts'
import { chatCompletions } from '../receive/dialects/chat-completions.ts'
import type { Dialect } from '../receive/dialects/dialect.ts'
import { messages } from '../receive/dialects/messages.ts'
import { responses } from '../receive/dialects/responses.ts'
import { createStreamRelay } from './stream-relay.ts'

/** Dialects whose bytes pass through, and how their hosts' streams were recorded. */
const NATIVE: Readonly<Partial<Record<Recording['wire'], Dialect>>> = {
  chat: chatCompletions,
  messages,
  responses,
}

/** Nothing of a request is needed to read its reply. */
const REQUEST = { messages: [] }

interface Relayed {
  /** Everything that the caller gets, the closing event included. */
  readonly bytes: Buffer
  readonly text: string
  readonly usage: unknown
  readonly finishReason: string | undefined
  readonly error: string | undefined
}

function relayed(dialect: Dialect, bytes: Buffer, cuts: readonly number[], dropUsage = false): Relayed {
  const said = dialect.createReplyReader(REQUEST)
  const relay = createStreamRelay(said, dropUsage)
  const out: Buffer[] = []
  let error: string | undefined
  const offsets = [0, ...[...cuts].sort((a, b) => a - b), bytes.length]
  for (const [i, end] of offsets.slice(1).entries()) {
    const step = relay.push(bytes.subarray(offsets[i], end))
    out.push(step.forward, ...(step.done === undefined ? [] : [step.done]))
    error ??= step.error?.message
  }
  const [usage, finishReason] = [said.usage(), said.finishReason()]
  return { bytes: Buffer.concat(out), text: said.text(), usage, finishReason, error }
}

/** The first and last events of a stream, so many as make few thousand bytes: cut anywhere they are a whole stream still. */
function shortened(bytes: Buffer): Buffer {
  const events = bytes.toString().split(/(?<=\n\n)/)
  let size = 0
  const kept = events.filter((event, at) => {
    const isKept = at >= events.length - 3 || size + event.length < 2000
    if (isKept) size += event.length
    return isKept
  })
  return Buffer.from(kept.join(''))
}

const LINE_ENDS = { LF: '\n', CRLF: '\r\n', CR: '\r' }
/** A stream with two beginnings, and one that fails. */
const SPOILT = /duplicate-message-start|openai-error/
const BOM = Buffer.from('\uFEFF')

/** Another way to write the same events: other line ends, data on several lines, comments between them, a byte order mark. */
function rewritten(bytes: Buffer, lineEnd: string): Buffer {
  const text = bytes.toString().replaceAll('{"', '{\ndata: "').replaceAll('\n\n', '\n\n: still here\n\n')
  return Buffer.concat([BOM, Buffer.from(text.replaceAll('\n', lineEnd))])
}

/** Two of every provider and wire format: they are cut by the thousand. */
const streams = [
  ...Map.groupBy(
    readRecordings().recordings.filter(
      ({ isWhole, wire, name }) => !isWhole && wire in NATIVE && !SPOILT.test(name),
    ),
    ({ folder, wire }) => `${folder} ${wire}`,
  ).values(),
].flatMap((alike) => alike.slice(0, 2))

describe('recorded streams', { skip: streams.length === 0 && WITHOUT_RECORDINGS }, () => {
  for (const { name, wire, bytes } of streams) {
    const dialect = NATIVE[wire]!
    const short = shortened(bytes)
    const plain = relayed(dialect, bytes, [])

    test(`${name}: bytes out are bytes in, and what was said is read`, () => {
      assert.ok(plain.bytes.equals(bytes))
      assert.equal(plain.error, undefined)
      assert.ok(plain.finishReason !== undefined && plain.usage !== undefined)
    })

    test(`${name}: the same when cut in two at every byte`, () => {
      const whole = relayed(dialect, short, [])
      for (let at = 1; at < short.length; at++) {
        const cut = relayed(dialect, short, [at])
        assert.ok(cut.bytes.equals(short), `cut at ${at}`)
        assert.deepEqual(
          [cut.text, cut.usage, cut.finishReason],
          [whole.text, whole.usage, whole.finishReason],
        )
      }
    })

    test(`${name}: the same in many random pieces`, () => {
      const cuts = fc.array(fc.nat(bytes.length), { maxLength: 60 })
      fc.assert(
        fc.property(cuts, (at) => {
          const cut = relayed(dialect, bytes, at)
          return cut.bytes.equals(bytes) && cut.text === plain.text
        }),
        { numRuns: 10 },
      )
    })

    for (const [lines, lineEnd] of Object.entries(LINE_ENDS))
      test(`${name}: the same with ${lines}, data on several lines, comments and a byte order mark, cut anywhere`, () => {
        const whole = relayed(dialect, short, [])
        const other = rewritten(short, lineEnd)
        for (let at = 1; at < other.length; at += 11) {
          const cut = relayed(dialect, other, [at, at + 1])
          assert.deepEqual([cut.text, cut.finishReason], [whole.text, whole.finishReason], `cut at ${at}`)
          assert.ok(cut.bytes.equals(other.subarray(0, cut.bytes.length)), `cut at ${at}`)
          // After a lone CR nobody knows whether the line is over until more comes.
          assert.ok(other.length - cut.bytes.length <= ': still here\r\n\r\n'.length * 2)
        }
      })
  }
})

const chunk = (content: string) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`
const relayedText = (text: string, cuts: readonly number[] = []) =>
  relayed(chatCompletions, Buffer.from(text), cuts)

test('a character of four bytes may come in two pieces', () => {
  const text = chunk('🧗')
  for (let at = 1; at < Buffer.byteLength(text); at++) assert.equal(relayedText(text, [at]).text, '🧗')
})

test('an event of 4 MB in 64 pieces comes out as it came', () => {
  const text = chunk('x'.repeat(4 << 20))
  const cuts = Array.from({ length: 63 }, (_, i) => (i + 1) * 65_000)
  const { bytes, text: said } = relayedText(text, cuts)
  assert.equal(said.length, 4 << 20)
  assert.equal(bytes.length, text.length)
})

test('an error object ends the stream for the relay; what came before it is the caller’s', () => {
  const { bytes, error } = relayedText(`${chunk('a')}data: {"error":{"message":"gone"}}\n\n${chunk('b')}`)
  assert.equal(error, 'gone')
  assert.ok(bytes.toString().startsWith(chunk('a')))
})

test('a web page in place of a stream says nothing', () => {
  const { text, finishReason, bytes } = relayedText('<!doctype html>\n\n<html>\n\n</html>\n')
  assert.deepEqual([text, finishReason, bytes.length], ['', undefined, 0])
})

test('what comes before the first content waits for it', () => {
  const said = chatCompletions.createReplyReader(REQUEST)
  const relay = createStreamRelay(said, false)
  const role = 'data: {"choices":[{"delta":{"role":"assistant","content":""}}]}\n\n'
  assert.equal(relay.push(Buffer.from(`: hello\n\n${role}: still here\n\n`)).forward.length, 0)
  assert.equal(relay.push(Buffer.from(chunk('a'))).forward.toString(), `${role}: still here\n\n${chunk('a')}`)
})

test('a long preamble is let go: it is the sign of an upstream at work', () => {
  const relay = createStreamRelay(chatCompletions.createReplyReader(REQUEST), false)
  const padding = 'x'.repeat(9 << 20)
  const role = `data: {"choices":[{"delta":{"role":"assistant"}}],"padding":"${padding}"}\n\n`
  assert.equal(relay.push(Buffer.from(role)).forward.length, role.length)
})
