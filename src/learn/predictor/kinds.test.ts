import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kindProbabilities, softmax } from '../../decide/predictor/kinds.ts'
import { hashedEmbedder } from '../../understand/embedder.ts'
import { INTENTS } from '../../understand/intent-names.ts'
import { promptText } from '../../understand/text.ts'
import { SHAPE_WIDTH } from '../../understand/text-shape.ts'
import { promptTraits } from '../../understand/traits.ts'
import { seededRandom } from '../random.ts'
import { fitKinds } from './kinds.ts'
import { fitLogistic, scoresOf } from './logistic.ts'
import { PARTS } from './member.ts'
import { fitTextSpace } from './text-space.ts'

const WORDS = {
  law: ['tort', 'statute', 'plaintiff', 'appeal', 'verdict', 'clause'],
  physics: ['quark', 'entropy', 'photon', 'inertia', 'torque', 'plasma'],
}
const KINDS = ['law', 'physics'] as const
const COUNT = 120
const random = seededRandom(7)
const texts = Array.from({ length: COUNT }, (_, i) => text(KINDS[i % 2]!))
const tasks = texts.map((_, i) => KINDS[i % 2]!)

function text(kind: keyof typeof WORDS) {
  const word = () => WORDS[kind][Math.floor(random() * WORDS[kind].length)]!
  return promptText({ messages: [{ role: 'user', content: `Explain ${word()} and ${word()} to me` }] })
}

/** Kinds learned from words alone: intents and shape are the same everywhere, and so say nothing. */
function fitted() {
  const { table, words } = fitTextSpace(texts, 8, seededRandom(1))
  const views = {
    ...{ count: COUNT, directions: 8, words, coordinates: new Float32Array(COUNT * 8) },
    ...{ intents: new Float32Array(COUNT * INTENTS.length), shape: new Float32Array(COUNT * SHAPE_WIDTH) },
  }
  const part = Int32Array.from({ length: COUNT }, (_, i) => Math.floor(i / 2) % PARTS)
  const member = fitKinds(views, tasks, { models: 1, values: new Float64Array(COUNT), part })!
  const { kinds, votes } = member.fitted
  const space = hashedEmbedder('test', { ...table, votes: votes! })
  const intents = new Float32Array(INTENTS.length)
  const told = (asked: (typeof texts)[number]) =>
    kindProbabilities(kinds, { ...promptTraits(asked, space), shape: new Float32Array(SHAPE_WIDTH) }, intents)
  return { told, words }
}

test('kinds that differ in their words alone are told apart by the text of a call', () => {
  const { told } = fitted()
  for (const [k, kind] of KINDS.entries())
    for (let i = 0; i < 20; i++) assert.ok(told(text(kind))[k]! > 0.8, kind)
})

test('what words vote at a call is what was learned of them, but for rounding', () => {
  const { told, words } = fitted()
  const kindOf = tasks.map((task) => KINDS.indexOf(task))
  const learned = fitLogistic(words, [...kindOf.keys()], kindOf, KINDS.length)
  for (const [i, asked] of texts.entries()) {
    const expected = softmax(scoresOf(words, i, learned))[0]!
    assert.ok(Math.abs(told(asked)[0]! - expected) < 0.01, `${told(asked)[0]} ${expected}`)
  }
})
