import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MeritorderError } from '../errors.ts'
import { FEATURES_VERSION } from './features.ts'
import {
  formatOwnIntentsFile,
  type OwnIntentsFile,
  parseOwnIntentsFile,
  usableOwnIntents,
} from './own-intents-file.ts'

const FILE: OwnIntentsFile = {
  version: 'abc',
  features: FEATURES_VERSION,
  intents: [
    {
      name: 'tickets',
      examples: ['Answer this.', 'And\nthat.'],
      recognised: 1,
      mistaken: 0.25,
      detector: { bias: -1, features: [1, 4294967295], weights: [0.5, -2] },
    },
  ],
}

function refusal(run: () => unknown): MeritorderError {
  try {
    run()
  } catch (error) {
    if (error instanceof MeritorderError) return error
    throw error
  }
  throw new Error('accepted')
}

test('what is written is read again', () => {
  assert.deepEqual(parseOwnIntentsFile(formatOwnIntentsFile(FILE), 'own.json'), FILE)
  const none = { ...FILE, intents: [] }
  assert.deepEqual(parseOwnIntentsFile(formatOwnIntentsFile(none), 'own.json'), none)
})

test('a file cut short anywhere is refused by name', () => {
  const text = formatOwnIntentsFile(FILE).trimEnd()
  for (let length = 0; length < text.length; length++) {
    const error = refusal(() => parseOwnIntentsFile(text.slice(0, length), 'own.json'))
    assert.equal(error.code, 'unprocessable')
    assert.match(error.message, /own\.json is damaged/)
  }
})

test('weights that do not go with the features are damage, and are named', () => {
  const [intent] = FILE.intents
  const odd = { ...FILE, intents: [{ ...intent!, detector: { bias: 0, features: [1], weights: [] } }] }
  const { message } = refusal(() => parseOwnIntentsFile(formatOwnIntentsFile(odd), 'own.json'))
  assert.match(message, /intents\.0\.detector: as many weights as features/)
})

test('a newer format is refused as newer, whatever else it holds', () => {
  const { code, message } = refusal(() => parseOwnIntentsFile('{"format":2,"more":[]}', 'own.json'))
  assert.equal(code, 'server')
  assert.match(message, /format 2, newer than this Meritorder reads \(1\)/)
})

test('detectors of another hashing are not used, and the way out is named', () => {
  const { message } = refusal(() => usableOwnIntents({ ...FILE, features: FEATURES_VERSION + 1 }, 'own.json'))
  assert.match(message, /meritorder intents refit/)
  assert.deepEqual(usableOwnIntents(FILE, 'own.json').names, ['tickets'])
})
