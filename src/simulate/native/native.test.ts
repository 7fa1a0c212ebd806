import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock'
import { createAnthropic } from '@ai-sdk/anthropic'
import { createCohere } from '@ai-sdk/cohere'
import { createGoogle } from '@ai-sdk/google'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import {
  APICallError,
  type LanguageModelV4,
  type LanguageModelV4CallOptions,
  type LanguageModelV4Content,
  type LanguageModelV4StreamPart,
} from '@ai-sdk/provider'
import { type Simulator, startSimulator } from '../simulator.ts'

let simulator: Simulator
before(async () => {
  simulator = await startSimulator({ latency: 'none' })
})
after(() => simulator.close())

/** The model of each vendor's AI SDK package at a simulated provider, whose base path is the real host's. */
const MODELS: Readonly<Record<string, (model: string) => LanguageModelV4>> = {
  'chat completions': (model) =>
    createOpenAICompatible({
      name: 'simulated',
      baseURL: `${simulator.url}/test/v1`,
      includeUsage: true,
      supportsStructuredOutputs: true,
    })(model),
  responses: (model) =>
    createOpenAI({ baseURL: `${simulator.url}/test/v1`, apiKey: 'none' }).responses(model),
  anthropic: (model) => createAnthropic({ baseURL: `${simulator.url}/test/v1`, apiKey: 'none' })(model),
  gemini: (model) => createGoogle({ baseURL: `${simulator.url}/test/v1beta`, apiKey: 'none' })(model),
  bedrock: (model) => createAmazonBedrock({ baseURL: `${simulator.url}/test`, apiKey: 'none' })(model),
  cohere: (model) => createCohere({ baseURL: `${simulator.url}/test/v2`, apiKey: 'none' })(model),
}

/** Names by which the packages believe that a model can do all that is asked here. */
const NAMES: Readonly<Record<string, string>> = {
  responses: 'gpt-5',
  anthropic: 'claude-sonnet-4-5',
  gemini: 'gemini-2.5-flash',
  bedrock: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
}

interface Said {
  readonly text: string
  readonly reasoning: string
  readonly tools: readonly (readonly [name: string, input: unknown])[]
  readonly finish: string
  readonly usage: readonly [prompt: number | undefined, completion: number | undefined]
}

function saidBy(content: readonly LanguageModelV4Content[]) {
  const texts = (type: 'text' | 'reasoning') =>
    content.map((part) => (part.type === type ? part.text : '')).join('')
  const tools = content.flatMap((part) =>
    part.type === 'tool-call' ? [[part.toolName, JSON.parse(part.input)] as const] : [],
  )
  return { text: texts('text'), reasoning: texts('reasoning'), tools }
}

async function whole(model: LanguageModelV4, options: LanguageModelV4CallOptions): Promise<Said> {
  const { content, finishReason, usage } = await model.doGenerate(options)
  return {
    ...saidBy(content),
    finish: finishReason.unified,
    usage: [usage.inputTokens.total, usage.outputTokens.total],
  }
}

async function streamed(model: LanguageModelV4, options: LanguageModelV4CallOptions): Promise<Said> {
  const { stream } = await model.doStream(options)
  const content: LanguageModelV4Content[] = []
  let last: Extract<LanguageModelV4StreamPart, { type: 'finish' }> | undefined
  for await (const part of stream) {
    if (part.type === 'error') throw part.error
    if (part.type === 'text-delta') content.push({ type: 'text', text: part.delta })
    if (part.type === 'reasoning-delta') content.push({ type: 'reasoning', text: part.delta })
    if (part.type === 'tool-call') content.push(part)
    if (part.type === 'finish') last = part
  }
  const { finishReason, usage } = last!
  return {
    ...saidBy(content),
    finish: finishReason.unified,
    usage: [usage.inputTokens.total, usage.outputTokens.total],
  }
}

const asked = (text: string): LanguageModelV4CallOptions => ({
  prompt: [{ role: 'user', content: [{ type: 'text', text }] }],
})
const object = (field: string) =>
  ({ type: 'object', properties: { [field]: { type: 'string' } }, required: [field] }) as const
const tools = ['weather', 'time'].map((name) => ({
  type: 'function' as const,
  name,
  inputSchema: { ...object('place'), additionalProperties: false },
}))
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

for (const [dialect, modelOf] of Object.entries(MODELS))
  describe(`${dialect}, read by the vendor’s package`, () => {
    const model = (fault = '') => modelOf(`${NAMES[dialect] ?? 'model'}${fault}`)
    /** Whole and streamed alike. */
    const ask = async (options: LanguageModelV4CallOptions, fault = '') => {
      const said = await whole(model(fault), options)
      assert.deepEqual(await streamed(model(fault), options), said)
      return said
    }

    test('text and token counts, whole and streamed alike', async () => {
      const { text, finish, usage } = await ask(asked('Grüße 🧪'))
      assert.match(text, /^Simulated answer of .*“Grüße 🧪”/)
      assert.equal(finish, 'stop')
      assert.ok(usage[0]! > 0 && usage[1]! > 0)
    })

    test('an answer that is cut by its limit says so', async () => {
      const { text, finish } = await ask({ ...asked('hello'), maxOutputTokens: 3 })
      assert.deepEqual([text, finish], ['Simulated an', 'length'])
    })

    test('one tool, two tools at once, and the answer to their results', async () => {
      const input = { place: 'simulated' }
      const one = await ask({ ...asked('the weather?'), tools })
      assert.deepEqual([one.tools, one.finish], [[['weather', input]], 'tool-calls'])
      const options = { ...asked('weather and time?'), tools }
      const { content } = await model().doGenerate(options)
      const calls = content.filter((part) => part.type === 'tool-call')
      assert.deepEqual(
        calls.map((call) => call.toolName),
        ['weather', 'time'],
      )
      const results = calls.map(({ toolCallId, toolName }) => ({
        type: 'tool-result' as const,
        toolCallId,
        toolName,
        output: { type: 'text' as const, value: 'fine' },
      }))
      const called = calls.map((call) => ({
        ...call,
        input: JSON.parse(call.input),
        ...(call.providerMetadata && { providerOptions: call.providerMetadata }),
      }))
      const answered = await ask({
        tools,
        prompt: [
          ...options.prompt,
          { role: 'assistant', content: called },
          { role: 'tool', content: results },
        ],
      })
      assert.deepEqual([answered.tools, answered.finish], [[], 'stop'])
    })

    test('JSON by a schema', async () => {
      const schema = { ...object('city'), additionalProperties: false }
      const { text } = await ask({ ...asked('hello'), responseFormat: { type: 'json', schema } })
      assert.deepEqual(JSON.parse(text), { city: 'simulated' })
    })

    test('thoughts, when asked for', async () => {
      const thinking = {
        openai: { reasoningSummary: 'auto' },
        google: { thinkingConfig: { includeThoughts: true, thinkingBudget: 100 } },
      }
      const options = { ...asked('hello'), reasoning: 'low' as const, providerOptions: thinking }
      assert.match((await ask(options)).reasoning, /^Simulated thoughts/)
      assert.equal((await ask(asked('hello'))).reasoning, '')
    })

    test('an image is seen', async () => {
      const image = { type: 'file', mediaType: 'image/png', data: { type: 'data', data: PIXEL } } as const
      const { text } = await ask({
        prompt: [{ role: 'user', content: [{ type: 'text', text: 'look' }, image] }],
      })
      assert.match(text, /You sent an image/)
    })

    test('a refusal has the status and the words of the vendor', async () => {
      for (const status of [400, 401, 429, 503])
        for (const read of [whole, streamed])
          await assert.rejects(read(model(`!status:${status}`), asked('hello')), (error) => {
            assert.ok(APICallError.isInstance(error))
            assert.equal(error.statusCode, status)
            assert.match(error.message, /Simulated fault/)
            return true
          })
    })

    test('an error in the middle of a stream is one for the package', async () => {
      const read = streamed(model('!error-event:2'), asked('hello'))
      await (dialect === 'cohere'
        ? read.then(({ finish }) => assert.equal(finish, 'error'))
        : assert.rejects(read))
    })

    test('cut into single bytes and with one large event it reads the same', async () => {
      const { text } = await streamed(model(), asked('hello'))
      assert.equal((await streamed(model('!split-bytes'), asked('hello'))).text, text)
      const huge = await streamed(model('!huge-event:1'), asked('hello'))
      assert.equal(huge.text.replace(/x{1000000}/, ''), text)
    })
  })
