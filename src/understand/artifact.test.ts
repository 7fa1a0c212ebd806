import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MeritorderError } from '../errors.ts'
import { formatIntentArtifact, type IntentTables, parseIntentArtifact } from './artifact.ts'
import { FEATURE_BLOCKS } from './features.ts'
import { INTENTS } from './intent-names.ts'

const TABLES: IntentTables = {
  version: 'abc123',
  table: {
    dimensions: 8,
    keys: Uint32Array.of(11, 22, 33),
    rowOf: Uint32Array.of(0, 1, 1),
    rarity: Uint8Array.of(5, 6, 7),
    scales: Float32Array.of(0.5, 0.25),
    projection: Int8Array.from({ length: 16 }, (_, i) => i - 8),
    blockWeights: new Float32Array(FEATURE_BLOCKS.length).fill(1),
  },
  head: { weights: new Float32Array(INTENTS.length * 8).fill(0.5), bias: new Float32Array(INTENTS.length) },
}

/** The message with which a changed file is refused. */
function refusal(change: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array): string {
  try {
    parseIntentArtifact(change(formatIntentArtifact(TABLES)))
  } catch (error) {
    assert.ok(error instanceof MeritorderError, String(error))
    assert.equal(error.code, 'server')
    assert.match(error.message, /Restore artifacts\/intents\.bin/)
    return error.message
  }
  return 'accepted'
}

function withField(field: number, value: number): (bytes: Uint8Array<ArrayBuffer>) => Uint8Array {
  return (bytes) => {
    new DataView(bytes.buffer).setUint32(8 + 4 * field, value, true)
    return bytes
  }
}

test('what was written is read', () => {
  const artifact = parseIntentArtifact(formatIntentArtifact(TABLES))
  assert.equal(artifact.version, 'abc123')
  assert.equal(artifact.embedder.dimensions, 8)
  assert.equal(artifact.embedder.id, 'hashed-abc123')
  assert.deepEqual(artifact.head, TABLES.head)
})

test('a file inside a larger buffer at an odd offset is read', () => {
  const bytes = formatIntentArtifact(TABLES)
  const larger = new Uint8Array(bytes.length + 3)
  larger.set(bytes, 3)
  assert.equal(parseIntentArtifact(larger.subarray(3)).version, 'abc123')
})

test('every truncation is refused', () => {
  const whole = formatIntentArtifact(TABLES).length
  for (let length = 0; length < whole; length++) {
    const message = refusal((bytes) => bytes.subarray(0, length))
    assert.match(message, length < 8 ? /is not an intents artifact/ : /is cut short/, `${length}`)
  }
})

test('a foreign file is refused', () => {
  assert.match(
    refusal(() => new TextEncoder().encode('{"version": 1}')),
    /is not an intents artifact/,
  )
})

test('a newer format is refused as newer', () => {
  assert.match(refusal(withField(0, 3)), /format 3, newer than this Meritorder reads \(2\)/)
})

test('other features, intents or dimensions are refused', () => {
  assert.match(refusal(withField(1, 99)), /features version 99/)
  assert.match(refusal(withField(5, 12)), /other intents or features/)
  assert.match(refusal(withField(2, 7)), /7 dimensions/)
})

test('counts that announce another size are refused', () => {
  assert.match(refusal(withField(3, 0xffffffff)), /is cut short or damaged/)
  assert.match(refusal(withField(4, 0)), /is cut short or damaged/)
})

test('a flipped bit anywhere after the header is refused', () => {
  const whole = formatIntentArtifact(TABLES).length
  for (let at = 56; at < whole; at += 5) {
    const message = refusal((bytes) => {
      bytes[at]! ^= 4
      return bytes
    })
    assert.match(message, /is damaged/)
  }
})
