import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { jsonOf, startTranslation, type Translation } from '../../../test/translated-provider.ts'
import { REPLIES } from '../../../test/translated-replies.ts'

let t: Translation
before(async () => {
  t = await startTranslation('cohere')
})
beforeEach(() => {
  t.seen.length = 0
  t.answer(jsonOf(REPLIES.cohere.whole))
})
after(() => t.close())

const send = (mediaType: string, text: string) =>
  t.openai.chat.completions.create({
    model: 'any',
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Summarise.' },
          {
            type: 'file',
            file: {
              filename: 'notes',
              file_data: `data:${mediaType};base64,${Buffer.from(text).toString('base64')}`,
            },
          },
        ],
      },
    ],
  })

test('a text file is a document that Cohere reads as the text it is', async () => {
  await send('text/plain', 'Grüße')
  assert.deepEqual(t.seen[0]?.body.documents, [{ data: { text: 'Grüße', title: 'notes' } }])
})

test('a file that Cohere cannot read is not sent as a text', async () => {
  await assert.rejects(send('application/pdf', '%PDF'), /cannot do what was asked for: .*application\/pdf/)
  assert.equal(t.seen.length, 0)
})
