import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ChatRequest } from '../receive/chat-request.ts'
import { parseIntentArtifact } from './artifact.ts'
import { INTENTS, type IntentName } from './intent-names.ts'
import { understand } from './understand.ts'

const artifact = parseIntentArtifact(readFileSync(new URL('../../artifacts/intents.bin', import.meta.url)))

function ask(content: string): ChatRequest {
  return { messages: [{ role: 'user', content }] }
}

/** One prompt a line, unlike any that was fitted on: language, intent, text. */
const ASKED: readonly (readonly [string, IntentName, string])[] = [
  ['en', 'writing_email', 'Write an email to my landlord about the broken heating in my flat.'],
  ['en', 'code_generation', 'Write a Python function that reverses a linked list.'],
  ['de', 'code_generation', 'Schreib eine Python-Funktion, die prüft, ob eine Zahl eine Primzahl ist.'],
  ['de', 'writing_email', 'Schreibe eine E-Mail an meinen Vermieter wegen der kaputten Heizung.'],
  ['fr', 'brainstorming', 'Donne-moi dix idées de noms pour un salon de coiffure.'],
  ['fr', 'text_to_text_translation', 'Traduis cette phrase en anglais : Le pont est fermé depuis hier.'],
  ['es', 'asking_how_to_question', '¿Cómo puedo quitar una mancha de vino de una camisa blanca?'],
  ['it', 'writing_cooking_recipe', 'Dammi una ricetta per una torta di mele senza burro.'],
  ['pt', 'text_to_text_translation', 'Traduza para o inglês: "Amanhã vamos à praia com as crianças."'],
  ['nl', 'writing_cooking_recipe', 'Geef me een recept voor erwtensoep voor zes personen.'],
  [
    'pl',
    'text_summarization',
    'Streść poniższy tekst w trzech zdaniach: Rada miasta zamknęła most na czas remontu.',
  ],
  ['ru', 'code_generation', 'Напиши функцию на Python, которая сортирует список по длине строк.'],
  [
    'ru',
    'text_summarization',
    'Сделай краткое содержание этого текста: Вчера открыли новый мост через реку.',
  ],
  ['tr', 'planning', 'Kapadokya için üç günlük bir gezi planı hazırla.'],
  ['ar', 'text_to_text_translation', 'ترجم الجملة التالية إلى الإنجليزية: سنسافر غدا إلى البحر.'],
  ['hi', 'writing_cooking_recipe', 'मुझे पनीर की एक आसान रेसिपी बताओ।'],
  ['zh', 'writing_cooking_recipe', '请给我一个番茄炒蛋的食谱。'],
  ['zh', 'text_to_text_translation', '请把下面的句子翻译成英语：明天我们去海边。'],
  ['ja', 'text_summarization', '次の文章を三行で要約してください。昨日、市は新しい図書館を開きました。'],
  ['ko', 'planning', '제주도 3박 4일 여행 계획을 세워 줘.'],
]

test('language and intent are told in fourteen languages', () => {
  const missed = ASKED.filter(([language, intent, text]) => {
    const prompt = understand(ask(text), artifact)
    return prompt.language !== language || !prompt.intents.slice(0, 3).some((top) => top.intent === intent)
  })
  assert.ok(missed.length <= 2, missed.map(([, intent, text]) => `${intent}: ${text}`).join('\n'))
})

test('a prompt is understood whole', () => {
  const prompt = understand(
    {
      messages: [
        { role: 'system', content: 'You are a terse assistant.' },
        {
          role: 'user',
          content: [{ type: 'text', text: 'What is in this picture?' }, { type: 'image_url' }],
        },
      ],
      tools: [{ type: 'function' }],
      max_tokens: 50,
    },
    artifact,
  )
  assert.equal(prompt.text, 'You are a terse assistant.\n\nWhat is in this picture?')
  assert.ok(prompt.tokens > 765)
  assert.equal(prompt.needs.images && prompt.needs.tools, true)
  assert.equal(prompt.needs.maxCompletionTokens, 50)
  assert.equal(prompt.language, 'en')
  assert.equal(prompt.codeShare, 0)
  assert.equal(prompt.embedding.length, artifact.embedder.dimensions)
  assert.equal(prompt.intentProbabilities.length, INTENTS.length)
  assert.equal(prompt.intents.length, 5)
})

test('any messages at all are understood without throwing', () => {
  const part = fc.oneof(
    fc.record({ type: fc.string(), text: fc.oneof(fc.string({ unit: 'binary' }), fc.integer()) }),
    fc.jsonValue(),
  )
  const content = fc.oneof(fc.string({ unit: 'binary', maxLength: 4000 }), fc.array(part), fc.jsonValue())
  const role = fc.constantFrom('system', 'user', 'assistant', 'tool', '')
  const messages = fc.oneof(fc.array(fc.oneof(fc.record({ role, content }), fc.jsonValue())), fc.jsonValue())
  fc.assert(
    fc.property(messages, fc.jsonValue(), (odd, extra) => {
      const request: ChatRequest = JSON.parse(
        JSON.stringify({
          messages: odd,
          tools: extra,
          modalities: extra,
          response_format: extra,
          max_tokens: extra,
        }),
      )
      const prompt = understand(request, artifact)
      const sum = prompt.intentProbabilities.reduce((a, b) => a + b, 0)
      assert.ok(Math.abs(sum - 1) < 1e-5)
      assert.ok(Number.isInteger(prompt.tokens) && prompt.tokens >= 0)
      assert.ok(prompt.codeShare >= 0 && prompt.codeShare <= 1)
      assert.deepEqual(understand(request, artifact), prompt)
    }),
    { numRuns: 300 },
  )
})

const HOSTILE: Readonly<Record<string, ChatRequest>> = {
  'two megabytes': ask('Tell me more about it. '.repeat(90_000)),
  'one character two million times': ask('a'.repeat(2_000_000)),
  'one word a million times': ask('ab '.repeat(700_000)),
  'lone surrogates': ask('\ud800\udc00\udc00\ud800'.repeat(300_000)),
  'binary text': ask(String.fromCharCode(...Array.from({ length: 60_000 }, (_, i) => (i * 7919) & 0xffff))),
  'two million line breaks': ask('\n'.repeat(2_000_000)),
  'two million brackets': ask('{'.repeat(2_000_000)),
  'ten thousand messages': {
    messages: Array.from({ length: 10_000 }, () => ({ role: 'user', content: 'And then?' })),
  },
  'ten thousand empty messages': {
    messages: Array.from({ length: 10_000 }, () => ({ role: 'user', content: '' })),
  },
  'a hundred thousand parts': {
    messages: [
      { role: 'user', content: Array.from({ length: 100_000 }, () => ({ type: 'text', text: 'x' })) },
    ],
  },
  nothing: { messages: [] },
}

for (const [name, request] of Object.entries(HOSTILE)) {
  test(`${name} is understood in bounded time`, () => {
    understand(request, artifact)
    const before = performance.now()
    const { embedding } = understand(request, artifact)
    const milliseconds = performance.now() - before
    assert.ok(embedding.every((value) => Number.isFinite(value)))
    // The slowest, a hundred thousand parts, takes 6 ms; the others take well under 1 ms.
    assert.ok(milliseconds < 100, `${milliseconds} ms`)
  })
}

/** A prompt in each block of 128 code points that has letters: every script of Unicode, whatever languages use it. */
function promptsOfAllScripts(): readonly string[] {
  const blocks = Array.from({ length: 0x32_000 / 128 }, (_, block) =>
    Array.from({ length: 128 }, (_, i) => String.fromCodePoint(block * 128 + i))
      .filter((character) => /\p{L}/u.test(character))
      .join(''),
  )
  return blocks.filter((letters) => letters !== '')
}

test('a prompt in any script is measured, and says no language that it cannot tell', () => {
  const prompts = promptsOfAllScripts()
  assert.ok(prompts.length > 200)
  for (const text of prompts) {
    const { tokens, language, intentProbabilities, embedding } = understand(ask(text), artifact)
    const sum = intentProbabilities.reduce((a, b) => a + b, 0)
    assert.ok(Math.abs(sum - 1) < 1e-5 && embedding.every(Number.isFinite), text)
    assert.ok(tokens >= [...text].length / 8 && tokens <= 10 + 4 * text.length, `${tokens} tokens: ${text}`)
    assert.match(language, /^[a-z]{2,3}$/)
  }
})

test('a prompt of nothing but images is no known intent in no known language, and needs a model that sees', () => {
  const content = [{ type: 'image_url' }, { type: 'image_url' }]
  const prompt = understand({ messages: [{ role: 'user', content }] }, artifact)
  assert.equal(prompt.text, '')
  assert.equal(prompt.language, 'und')
  assert.equal(prompt.intents[0]?.intent, 'default')
  assert.ok(prompt.needs.images && prompt.tokens > 2 * 700)
})

test('the result does not depend on what was understood before', () => {
  const texts = ASKED.map(([, , text]) => text)
  const forward = texts.map((text) => understand(ask(text), artifact))
  const backward = texts.toReversed().map((text) => understand(ask(text), artifact))
  assert.deepEqual(backward.toReversed(), forward)
})
