import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type OpenAI from 'openai'
import type { WireFamily } from '../src/market/families.ts'
import { saidByBedrock, saidByCohere, saidByOpenAi, type Told } from './recorded-told.ts'
import { startTranslation, streamed, streamOf, type Translation } from './translated-provider.ts'

const FIXTURES = process.env.MERITORDER_FIXTURES ?? '../shared/fixtures'

/** Which family a folder of recordings speaks, and who reads it in the test. */
const FOLDERS: readonly [folder: string, family: WireFamily, read: (events: readonly object[]) => Told][] = [
  ['amazon-bedrock', 'amazon-bedrock', saidByBedrock],
  ['cohere', 'cohere', saidByCohere],
  ['mistral', 'mistral', saidByOpenAi],
  ['perplexity', 'perplexity', saidByOpenAi],
  ['deepseek', 'openai-compatible', saidByOpenAi],
  ['groq', 'openai-compatible', saidByOpenAi],
  ['moonshotai', 'openai-compatible', saidByOpenAi],
  ['openai-compatible', 'openai-compatible', saidByOpenAi],
  ['xai', 'openai-compatible', saidByOpenAi],
]

/** Why a recording answers no chat. */
function leftOut(recorded: string): string | undefined {
  if (recorded === '') return 'the recording is empty'
  if (/"embeddings":|"results":|"type": ?"transcription|"segments":|"status": 200/.test(recorded))
    return 'recorded from another API than chat'
  return /"sequence_number":|"object": "response"/.test(recorded)
    ? 'recorded from the Responses API'
    : undefined
}

for (const [folder, family, read] of FOLDERS)
  describe(`recorded replies of ${folder}, cut anywhere, read by OpenAI’s client`, () => {
    let t: Translation
    before(async () => {
      t = await startTranslation(family)
    })
    after(() => t.close())
    const path = join(FIXTURES, folder)
    const files = namesIn(path)
    if (files.length === 0) test('recordings', (t) => t.skip(`none in ${path}: set MERITORDER_FIXTURES`))
    for (const file of files)
      test(`${file} says the same`, async (context) => {
        const recorded = readFileSync(join(path, file), 'utf8')
        const left = leftOut(recorded)
        if (left !== undefined) return context.skip(left)
        const isWhole = file.endsWith('.json')
        const events: object[] = isWhole
          ? [JSON.parse(recorded)]
          : recorded
              .split('\n')
              .filter(Boolean)
              .map((line) => JSON.parse(line))
        const heard = isWhole
          ? await whole(t, Buffer.from(recorded))
          : await stream(t, family, streamed(family, events))
        assert.deepEqual(heard, read(events))
      })
  })

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json') || name.endsWith('.chunks.txt'))
  } catch {
    return []
  }
}

const REQUEST = { model: 'any', messages: [{ role: 'user' as const, content: 'hello' }] }

async function whole(t: Translation, recorded: Buffer): Promise<Told> {
  t.answer({ contentType: 'application/json', pieces: cutUp(recorded) })
  const { choices } = await t.openai.chat.completions.create(REQUEST)
  const message: OpenAI.ChatCompletionMessage & { reasoning?: string | null } = choices[0]!.message
  return told(message, message.reasoning ?? '', choices[0]!.finish_reason)
}

async function stream(t: Translation, family: WireFamily, bytes: Buffer): Promise<Told> {
  t.answer(streamOf(cutUp(bytes), family))
  const running = t.openai.chat.completions.stream(REQUEST)
  let reasoning = ''
  for await (const { choices } of running) {
    const delta: OpenAI.ChatCompletionChunk.Choice.Delta & { reasoning?: string } = choices[0]?.delta ?? {}
    reasoning += delta.reasoning ?? ''
  }
  const { choices } = await running.finalChatCompletion()
  assert.equal((await t.sealed()).outcome, 'complete')
  return told(choices[0]!.message, reasoning, choices[0]!.finish_reason)
}

function told(message: OpenAI.ChatCompletionMessage, reasoning: string, finish: string): Told {
  const tools = (message.tool_calls ?? []).flatMap((call) =>
    call.type === 'function'
      ? [{ name: call.function.name, arguments: JSON.parse(call.function.arguments) }]
      : [],
  )
  return { text: message.content ?? '', reasoning, tools, finish }
}

/** Pieces of 1 to 600 bytes, the same ones every time. */
function cutUp(bytes: Buffer): Buffer[] {
  const pieces: Buffer[] = []
  for (let at = 0, size = 1; at < bytes.length; at += size, size = (size * 31 + 17) % 600 || 1)
    pieces.push(bytes.subarray(at, at + size))
  return pieces
}
