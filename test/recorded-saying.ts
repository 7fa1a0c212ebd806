/** What a recorded reply says, read from the provider's own format and by nothing that is tested here. */
export interface Saying {
  text: string
  reasoning: string
  readonly tools: { readonly name: string; readonly arguments: unknown }[]
  promptTokens: number
  completionTokens: number
}

const nothing = (): Saying => ({ text: '', reasoning: '', tools: [], promptTokens: 0, completionTokens: 0 })

interface AnthropicUsage {
  readonly input_tokens?: number
  readonly cache_creation_input_tokens?: number
  readonly cache_read_input_tokens?: number
  readonly output_tokens?: number
  readonly iterations?: readonly (AnthropicUsage & { readonly type: string })[]
}

interface AnthropicBlock {
  readonly type: string
  readonly text?: string
  readonly thinking?: string
  readonly name?: string
  readonly input?: object
}

export interface AnthropicMessage {
  readonly content: readonly AnthropicBlock[]
  readonly usage: AnthropicUsage
}

/** Anthropic's whole message. Tools that it ran itself (`server_tool_use`) are not the caller's. */
export function saidByMessage({ content, usage }: AnthropicMessage): Saying {
  const said = nothing()
  for (const { type, text, thinking, name, input } of content) {
    if (type === 'text') said.text += text ?? ''
    if (type === 'thinking') said.reasoning += thinking ?? ''
    if (type === 'tool_use') said.tools.push({ name: name ?? '', arguments: input })
  }
  return { ...said, ...tokensOf(usage) }
}

export interface AnthropicEvent {
  readonly type: string
  readonly index: number
  readonly message?: { readonly usage: AnthropicUsage; readonly content: readonly AnthropicBlock[] }
  readonly content_block?: AnthropicBlock
  readonly delta?: { readonly text?: string; readonly thinking?: string; readonly partial_json?: string }
  readonly usage?: AnthropicUsage
}

/** Anthropic's stream, put together to the message that it stands for. */
export function messageOf(events: readonly AnthropicEvent[]): AnthropicMessage {
  const content: AnthropicBlock[] = []
  let open: { text: string; thinking: string; json: string; block: AnthropicBlock } | undefined
  let usage: AnthropicUsage = {}
  for (const { type, message, content_block: block, delta, usage: counted } of events) {
    if (type === 'message_start') content.push(...(message?.content ?? []))
    usage = { ...usage, ...message?.usage, ...counted }
    if (block !== undefined) open = { text: '', thinking: '', json: '', block }
    if (open === undefined) continue
    open.text += delta?.text ?? ''
    open.thinking += delta?.thinking ?? ''
    open.json += delta?.partial_json ?? ''
    if (type !== 'content_block_stop') continue
    const { text, thinking, json } = open
    content.push({
      ...open.block,
      text,
      thinking,
      input: json === '' ? (open.block.input ?? {}) : JSON.parse(json),
    })
    open = undefined
  }
  return { content, usage }
}

/** Iterations, where there are any, are what is billed; an advisor's are another model's. */
function tokensOf(usage: AnthropicUsage) {
  const own = (usage.iterations ?? []).filter(({ type }) => type !== 'advisor_message')
  const sum = (of: (part: AnthropicUsage) => number) =>
    (own.length > 0 ? own : [usage]).reduce((total, part) => total + of(part), 0)
  const cached = (usage.cache_creation_input_tokens ?? 0) + (usage.cache_read_input_tokens ?? 0)
  return {
    promptTokens: sum((part) => part.input_tokens ?? 0) + cached,
    completionTokens: sum((part) => part.output_tokens ?? 0),
  }
}

interface PartialArgument {
  readonly jsonPath: string
  readonly stringValue?: string
  readonly numberValue?: number
  readonly boolValue?: boolean
}

export interface GoogleEvent {
  readonly candidates?: readonly {
    readonly content?: {
      readonly parts?: readonly {
        readonly text?: string
        readonly thought?: boolean
        readonly functionCall?: {
          readonly name?: string
          readonly args?: object
          readonly partialArgs?: readonly PartialArgument[]
        }
      }[]
    }
  }[]
  readonly usageMetadata?: {
    readonly promptTokenCount?: number
    readonly toolUsePromptTokenCount?: number
    readonly candidatesTokenCount?: number
    readonly thoughtsTokenCount?: number
  }
}

/** Google's stream, or its whole reply as the only event. */
export function saidByGoogle(events: readonly GoogleEvent[]): Saying {
  const said = nothing()
  for (const { candidates, usageMetadata: usage } of events) {
    if (usage !== undefined) {
      said.promptTokens = (usage.promptTokenCount ?? 0) + (usage.toolUsePromptTokenCount ?? 0)
      said.completionTokens = (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0)
    }
    for (const { text, thought, functionCall: call } of candidates?.[0]?.content?.parts ?? []) {
      if (thought === true) said.reasoning += text ?? ''
      else said.text += text ?? ''
      if (call?.name !== undefined) said.tools.push({ name: call.name, arguments: { ...call.args } })
      for (const partial of call?.partialArgs ?? []) apply(partial, said.tools.at(-1)?.arguments as Tree)
    }
  }
  return said
}

type Tree = { [key: string]: Tree | string | number | boolean }

/** `$.steps[0].name` gets one more piece of its text, or its number. */
function apply({ jsonPath, stringValue, numberValue, boolValue }: PartialArgument, root: Tree): void {
  const keys = jsonPath.split(/[$.[\]]+/).filter((key) => key !== '')
  const last = keys.pop() ?? ''
  let tree = root
  for (const [i, key] of keys.entries()) {
    tree[key] ??= (/^\d+$/.test(keys[i + 1] ?? last) ? [] : {}) as Tree
    tree = tree[key] as Tree
  }
  tree[last] =
    stringValue === undefined ? (numberValue ?? boolValue ?? '') : `${tree[last] ?? ''}${stringValue}`
}
