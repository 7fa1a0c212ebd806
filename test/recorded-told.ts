/** What a recorded reply tells, read from the provider's own format and by nothing that is tested here. */
export interface Told {
  readonly text: string
  readonly reasoning: string
  readonly tools: readonly { readonly name: string; readonly arguments: unknown }[]
  /** OpenAI's word for the end. */
  readonly finish: string
}

interface Tool {
  name: string
  json: string
}

const toolsOf = (tools: readonly Tool[]) =>
  tools.map(({ name, json }) => ({ name, arguments: json === '' || json === 'null' ? {} : JSON.parse(json) }))

interface BedrockBlock {
  readonly text?: string
  readonly reasoningContent?: { readonly text?: string; readonly reasoningText?: { readonly text: string } }
  readonly toolUse?: { readonly name: string; readonly input: object & string }
}

interface BedrockEvent {
  readonly contentBlockStart?: { readonly start?: { readonly toolUse?: { readonly name: string } } }
  readonly contentBlockDelta?: { readonly delta: BedrockBlock }
  readonly messageStop?: { readonly stopReason: string }
  readonly output?: { readonly message: { readonly content: readonly BedrockBlock[] } }
  readonly stopReason?: string
}

const BEDROCK_ENDS: Readonly<Record<string, string>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  tool_use: 'tool_calls',
}

/** Converse's stream, or its whole reply as the only event. */
export function saidByBedrock(events: readonly BedrockEvent[]): Told {
  let [text, reasoning, end] = ['', '', '']
  const tools: Tool[] = []
  for (const event of events) {
    end = event.messageStop?.stopReason ?? event.stopReason ?? end
    const opened = event.contentBlockStart?.start?.toolUse
    if (opened !== undefined) tools.push({ name: opened.name, json: '' })
    const delta = event.contentBlockDelta?.delta
    if (delta?.toolUse !== undefined) tools.at(-1)!.json += delta.toolUse.input
    for (const block of [...(event.output?.message.content ?? []), ...(delta === undefined ? [] : [delta])]) {
      text += block.text ?? ''
      reasoning += block.reasoningContent?.text ?? block.reasoningContent?.reasoningText?.text ?? ''
      if (block.toolUse?.name !== undefined)
        tools.push({ name: block.toolUse.name, json: JSON.stringify(block.toolUse.input) })
    }
  }
  return { text, reasoning, tools: toolsOf(tools), finish: BEDROCK_ENDS[end] ?? end }
}

interface CohereMessage {
  readonly content?: Part | readonly Part[]
  readonly tool_calls?: CohereCall | readonly CohereCall[]
}

interface Part {
  readonly text?: string
  readonly thinking?: string
}

interface CohereCall {
  readonly function: { readonly name?: string; readonly arguments?: string }
}

interface CohereEvent {
  readonly message?: CohereMessage
  readonly finish_reason?: string
  readonly delta?: { readonly message?: CohereMessage; readonly finish_reason?: string }
}

const COHERE_ENDS: Readonly<Record<string, string>> = {
  COMPLETE: 'stop',
  MAX_TOKENS: 'length',
  TOOL_CALL: 'tool_calls',
}

/** Cohere's stream, or its whole reply as the only event. The plan of its tools is not the answer's. */
export function saidByCohere(events: readonly CohereEvent[]): Told {
  let [text, reasoning, end] = ['', '', '']
  const tools: Tool[] = []
  for (const { message, finish_reason: whole, delta } of events) {
    end = delta?.finish_reason ?? whole ?? end
    const said = message ?? delta?.message
    for (const part of [said?.content ?? []].flat()) {
      text += part.text ?? ''
      reasoning += part.thinking ?? ''
    }
    for (const { function: called } of [said?.tool_calls ?? []].flat()) {
      if (called.name !== undefined) tools.push({ name: called.name, json: '' })
      tools.at(-1)!.json += called.arguments ?? ''
    }
  }
  return { text, reasoning, tools: toolsOf(tools), finish: COHERE_ENDS[end] ?? end }
}

interface OpenAiPart {
  readonly type: string
  readonly text?: string
  readonly thinking?: readonly { readonly text: string }[]
}

interface OpenAiMessage {
  readonly content?: string | readonly OpenAiPart[] | null
  readonly reasoning_content?: string | null
  readonly reasoning?: string | null
  readonly tool_calls?: readonly {
    readonly index?: number
    readonly function: { readonly name?: string; readonly arguments?: string }
  }[]
}

interface OpenAiEvent {
  readonly choices?: readonly {
    readonly delta?: OpenAiMessage
    readonly message?: OpenAiMessage
    readonly finish_reason?: string | null
  }[]
}

/** Chat completions of any host, streamed or whole; Mistral's thoughts are parts of the content. */
export function saidByOpenAi(events: readonly OpenAiEvent[]): Told {
  let [text, reasoning, finish] = ['', '', '']
  const tools: Tool[] = []
  for (const { choices } of events) {
    const choice = choices?.[0]
    finish = choice?.finish_reason ?? finish
    // Perplexity repeats the whole message beside every delta.
    const said = choice?.delta ?? choice?.message
    reasoning += said?.reasoning_content ?? said?.reasoning ?? ''
    if (typeof said?.content === 'string') text += said.content
    else
      for (const part of said?.content ?? []) {
        text += part.text ?? ''
        reasoning += (part.thinking ?? []).map((thought) => thought.text).join('')
      }
    for (const [i, { index = i, function: called }] of (said?.tool_calls ?? []).entries()) {
      tools[index] ??= { name: called.name ?? '', json: '' }
      tools[index].json += called.arguments ?? ''
    }
  }
  return { text, reasoning, tools: toolsOf(tools), finish }
}
