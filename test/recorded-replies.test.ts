import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type OpenAI from 'openai'
import {
  type AnthropicEvent,
  type AnthropicMessage,
  messageOf,
  type Saying,
  saidByGoogle,
  saidByMessage,
} from './recorded-saying.ts'
import { framed, startTranslation, streamOf, type Translation } from './translated-provider.ts'

const FIXTURES = process.env.MERITORDER_FIXTURES ?? '../shared/fixtures'

/** Why a recording cannot answer our calls. */
function leftOut(recorded: string): string | undefined {
  if (recorded === '') return 'the recording is empty'
  if (/"event_type":|"steps":/.test(recorded)) return 'recorded from the Interactions API'
  return recorded.includes('"type":"compaction"') || recorded.includes('"type": "compaction"')
    ? 'context compaction is never asked for'
    : undefined
}

for (const family of ['anthropic', 'google'] as const)
  describe(`recorded replies of ${family}, cut anywhere, read by OpenAI’s client`, () => {
    let t: Translation
    before(async () => {
      t = await startTranslation(family)
    })
    after(() => t.close())
    const folder = join(FIXTURES, family)
    const files = namesIn(folder)
    if (files.length === 0) test('recordings', (t) => t.skip(`none in ${folder}: set MERITORDER_FIXTURES`))
    for (const file of files)
      test(`${file} says the same`, async (context) => {
        const name = file.replace(/\.(json|chunks\.txt)$/, '')
        const recorded = readFileSync(join(folder, file), 'utf8')
        const left = leftOut(recorded)
        if (left !== undefined) return context.skip(left)
        const isWhole = file.endsWith('.json')
        const events = isWhole
          ? [JSON.parse(recorded)]
          : recorded
              .split('\n')
              .filter(Boolean)
              .map((line) => JSON.parse(line))
        const heard = isWhole
          ? await whole(t, Buffer.from(recorded), name)
          : await streamed(t, framed(events), name)
        assert.deepEqual(heard, said(family, events, isWhole, name))
      })
  })

/** The recording's content, with the answers of the JSON tool as the text that they are. */
function said(
  family: 'anthropic' | 'google',
  events: readonly object[],
  isWhole: boolean,
  name: string,
): Saying {
  if (family === 'google') return saidByGoogle(events)
  const saying = saidByMessage(
    isWhole ? (events[0] as AnthropicMessage) : messageOf(events as AnthropicEvent[]),
  )
  if (!answersThroughTool(name)) return saying
  return { ...saying, text: JSON.stringify(saying.tools[0]?.arguments), tools: [] }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json') || name.endsWith('.chunks.txt'))
  } catch {
    return []
  }
}

/** Older models are made to write JSON by a tool named `json`. */
const answersThroughTool = (name: string) => name.includes('json-tool')

function requestFor(name: string) {
  const schema = { name: 'elements', schema: { type: 'object', properties: {} } }
  return {
    model: 'any',
    messages: [{ role: 'user' as const, content: 'hello' }],
    ...(answersThroughTool(name) && {
      response_format: { type: 'json_schema' as const, json_schema: schema },
    }),
  }
}

async function whole(t: Translation, recorded: Buffer, name: string): Promise<Saying> {
  t.endpoint = answersThroughTool(name) ? { upstreamModel: 'claude-3-haiku-20240307' } : {}
  t.answer({ contentType: 'application/json', pieces: cutUp(recorded) })
  const { choices, usage } = await t.openai.chat.completions.create(requestFor(name))
  const message: OpenAI.ChatCompletionMessage & { reasoning?: string | null } = choices[0]!.message
  return heard(message, message.reasoning ?? '', usage)
}

async function streamed(t: Translation, bytes: Buffer, name: string): Promise<Saying> {
  t.endpoint = answersThroughTool(name) ? { upstreamModel: 'claude-3-haiku-20240307' } : {}
  t.answer(streamOf(cutUp(bytes)))
  const request = { ...requestFor(name), stream_options: { include_usage: true } }
  const stream = t.openai.chat.completions.stream(request)
  let reasoning = ''
  for await (const { choices } of stream) {
    const delta: OpenAI.ChatCompletionChunk.Choice.Delta & { reasoning?: string } = choices[0]?.delta ?? {}
    reasoning += delta.reasoning ?? ''
  }
  const { choices, usage } = await stream.finalChatCompletion()
  assert.equal((await t.sealed()).outcome, 'complete')
  const message = choices[0]!.message
  return heard(
    answersThroughTool(name)
      ? { ...message, content: JSON.stringify(JSON.parse(message.content ?? '')) }
      : message,
    reasoning,
    usage,
  )
}

function heard(
  message: OpenAI.ChatCompletionMessage,
  reasoning: string,
  usage: OpenAI.CompletionUsage | undefined,
): Saying {
  const tools = (message.tool_calls ?? []).flatMap((call) => {
    assert.notEqual(call.id, '')
    return call.type === 'function'
      ? [{ name: call.function.name, arguments: JSON.parse(call.function.arguments) }]
      : []
  })
  return {
    text: message.content ?? '',
    reasoning,
    tools,
    promptTokens: usage?.prompt_tokens ?? 0,
    completionTokens: usage?.completion_tokens ?? 0,
  }
}

/** Pieces of 1 to 600 bytes, the same ones every time. */
function cutUp(bytes: Buffer): Buffer[] {
  const pieces: Buffer[] = []
  for (let at = 0, size = 1; at < bytes.length; at += size, size = (size * 31 + 17) % 600 || 1)
    pieces.push(bytes.subarray(at, at + size))
  return pieces
}
