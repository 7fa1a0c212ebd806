import Anthropic from '@anthropic-ai/sdk'
import { type Client, type Heard, type Question, statusIn, TOOL_SCHEMA } from './client.ts'

/** `@anthropic-ai/sdk`. */
export const anthropic: Client = {
  name: '@anthropic-ai/sdk',
  api: 'messages',
  lacks: {},
  statusOf: (error) => (error instanceof Anthropic.APIError ? statusIn(error) : undefined),
  async ask(url, question) {
    const client = new Anthropic({ baseURL: url, apiKey: 'none', maxRetries: 0 })
    const options = question.leave === undefined ? {} : { signal: question.leave.signal }
    if (!question.stream) return heardIn(await client.messages.create(bodyOf(question), options))
    const running = client.messages.stream(bodyOf(question), options)
    running.on('text', () => question.leave?.abort())
    return heardIn(await running.finalMessage())
  },
}

function bodyOf(question: Question): Anthropic.MessageCreateParamsNonStreaming {
  const { model, prompt, tools, image, schema, reasoning, after } = question
  const content: Anthropic.ContentBlockParam[] = [
    { type: 'text', text: prompt },
    ...(image === undefined
      ? []
      : [
          {
            type: 'image' as const,
            source: { type: 'base64' as const, media_type: 'image/png' as const, data: image },
          },
        ]),
  ]
  return {
    model,
    max_tokens: 8000,
    messages: [
      { role: 'user', content },
      ...(after === undefined
        ? []
        : [
            { role: 'assistant' as const, content: after.heard.turn as Anthropic.ContentBlockParam[] },
            {
              role: 'user' as const,
              content: after.heard.calls.map((call) => ({
                type: 'tool_result' as const,
                tool_use_id: call.id,
                content: after.result,
              })),
            },
          ]),
    ],
    ...(tools.length > 0 && {
      tools: tools.map((name) => ({
        name,
        input_schema: { ...TOOL_SCHEMA, required: [...TOOL_SCHEMA.required] },
      })),
    }),
    ...(schema && { output_config: { format: { type: 'json_schema', schema: { ...schema } } } }),
    ...(reasoning && { thinking: { type: 'enabled', budget_tokens: 2000 } }),
  }
}

function heardIn({ content, usage }: Anthropic.Message): Heard {
  return {
    text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    reasoning: content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join(''),
    calls: content.flatMap((block) =>
      block.type === 'tool_use' ? [{ id: block.id, name: block.name, arguments: block.input }] : [],
    ),
    tokens: usage.output_tokens,
    turn: content,
  }
}
