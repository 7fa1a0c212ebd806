import { OpenRouter } from '@openrouter/sdk'
import type { ChatAssistantMessage, ChatMessages, ChatRequest } from '@openrouter/sdk/models'
import { type Client, type Heard, type Question, statusIn, TOOL_SCHEMA } from './client.ts'

/** `@openrouter/sdk`. */
export const openRouterSdk: Client = {
  name: '@openrouter/sdk',
  api: 'chat completions',
  lacks: {},
  statusOf: statusIn,
  async ask(url, question) {
    const client = new OpenRouter({
      serverURL: `${url}/api/v1`,
      apiKey: 'none',
      retryConfig: { strategy: 'none' },
    })
    const chatRequest = bodyOf(question)
    if (!question.stream) {
      const request = { chatRequest: { ...chatRequest, stream: false as const } }
      const whole = await client.chat.send(request)
      if (!('choices' in whole)) throw new Error('a stream that nobody asked for')
      return heardIn(whole.choices[0]!.message, whole.usage?.completionTokens)
    }
    const running = await client.chat.send({ chatRequest: { ...chatRequest, stream: true } })
    if ('choices' in running) throw new Error('no stream')
    return heardInStream(running, question)
  },
}

type Running = Exclude<Awaited<ReturnType<OpenRouter['chat']['send']>>, { readonly choices: unknown }>

/** The SDK leaves it to its user to put the pieces together. */
async function heardInStream(running: Running, { leave }: Question): Promise<Heard> {
  let content = ''
  let reasoning = ''
  let tokens: number | undefined
  const calls: { id: string; name: string; arguments: string }[] = []
  for await (const { choices, usage, error } of running) {
    if (error !== undefined) throw Object.assign(new Error(error.message), { statusCode: error.code })
    tokens = usage?.completionTokens ?? tokens
    const delta = choices[0]?.delta
    content += delta?.content ?? ''
    reasoning += delta?.reasoning ?? ''
    for (const piece of delta?.toolCalls ?? []) {
      calls[piece.index] ??= { id: '', name: '', arguments: '' }
      const call = calls[piece.index]!
      call.id += piece.id ?? ''
      call.name += piece.function?.name ?? ''
      call.arguments += piece.function?.arguments ?? ''
    }
    // Its signal may be lost with its Request object, which nothing holds: who leaves the loop leaves the stream.
    if (delta?.content && leave !== undefined) throw new DOMException('left', 'AbortError')
  }
  const toolCalls = calls.map(({ id, ...called }) => ({ id, type: 'function' as const, function: called }))
  return heardIn({ role: 'assistant', content, reasoning, toolCalls }, tokens)
}

function bodyOf({ model, prompt, tools, image, schema, reasoning, after }: Question): ChatRequest {
  const parts = [
    { type: 'text' as const, text: prompt },
    ...(image === undefined
      ? []
      : [{ type: 'image_url' as const, imageUrl: { url: `data:image/png;base64,${image}` } }]),
  ]
  const results = (after?.heard.calls ?? []).map(
    ({ id }): ChatMessages => ({ role: 'tool', toolCallId: id, content: after?.result ?? '' }),
  )
  return {
    model,
    messages: [
      { role: 'user', content: parts },
      ...(after === undefined ? [] : [after.heard.turn as ChatMessages]),
      ...results,
    ],
    ...(tools.length > 0 && {
      tools: tools.map((name) => ({ type: 'function', function: { name, parameters: { ...TOOL_SCHEMA } } })),
    }),
    ...(schema && {
      responseFormat: { type: 'json_schema', jsonSchema: { name: 'answer', schema: { ...schema } } },
    }),
    ...(reasoning && { reasoning: { effort: 'low' } }),
  }
}

function heardIn(message: ChatAssistantMessage, tokens: number | undefined): Heard {
  return {
    text: typeof message.content === 'string' ? message.content : '',
    reasoning: message.reasoning ?? '',
    calls: (message.toolCalls ?? []).map((call) => ({
      id: call.id,
      name: call.function.name,
      arguments: JSON.parse(call.function.arguments),
    })),
    tokens: tokens ?? 0,
    turn: message,
  }
}
