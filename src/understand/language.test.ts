import assert from 'node:assert/strict'
import { test } from 'node:test'
import { promptLanguage } from './language.ts'

const SENTENCES: readonly (readonly [string, string])[] = [
  ['en', 'Write a short email to my boss'],
  ['en', 'What does this word mean and where does it come from?'],
  ['de', 'Was bedeutet „what the hell“ auf Deutsch?'],
  ['de', 'Was kann ich heute Abend kochen?'],
  ['es', 'Traduce al espanol el texto siguiente: what would you give for this'],
  ['fr', 'Résume cet article en trois phrases.'],
  ['es', '¿Cómo puedo dormir mejor?'],
  ['it', 'Correggi questa frase'],
  ['pt', 'Escreva um e-mail para o meu chefe'],
  ['nl', 'Hoe kan ik beter slapen?'],
  ['pl', 'Popraw błędy w tym zdaniu'],
  ['tr', 'Bu makaleyi üç cümlede özetle'],
  ['vi', 'Làm thế nào để ngủ ngon hơn?'],
  ['ru', 'Какая столица Австралии?'],
  ['uk', 'Виправ помилки в цьому реченні'],
  ['el', 'Πώς μπορώ να κοιμάμαι καλύτερα;'],
  ['ar', 'لخص المقال في ثلاث جمل'],
  ['he', 'תקן את השגיאות במשפט הזה'],
  ['hi', 'इस वाक्य की गलतियाँ ठीक करो'],
  ['th', 'สรุปบทความนี้ในสามประโยค'],
  ['zh', '修改这句话里的错误'],
  ['ja', 'どうすればよく眠れますか'],
  ['ko', '이 문장의 오류를 고쳐 줘'],
]

for (const [language, sentence] of SENTENCES) {
  test(`“${sentence}” is ${language}`, () => {
    assert.equal(promptLanguage(sentence), language)
  })
}

test('text without letters has no language', () => {
  for (const text of ['', '   ', '12345 + 678', '!!!', '🙂', '\ud800', 'ok'])
    assert.equal(promptLanguage(text), 'und', text)
})
