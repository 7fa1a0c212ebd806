/** What a reply has said so far, and whether it has ended. */
export interface Heard {
  text: string
  /** The event that ends an answer has come. */
  ended: boolean
  /** The skin's own error event has come. */
  failed: boolean
  /** Events that are no JSON. */
  unreadable: number
}

/** An API skin as a practising caller uses it. */
export interface CallerSkin {
  /** Below `/v1`. */
  readonly path: string
  body(prompt: string): Readonly<Record<string, unknown>>
  /** The text of a whole reply. */
  textOf(reply: unknown): string
  /** Reads one event of a stream: its data as JSON. */
  hear(event: unknown, heard: Heard): void
}

/** The skins of conversations, by name. */
export const SKINS: Readonly<Record<string, CallerSkin>> = {
  'chat completions': {
    path: '/chat/completions',
    body: messages,
    textOf: (reply) => textAt(reply, 'choices', 0, 'message', 'content'),
    hear(event, heard) {
      heard.text += textAt(event, 'choices', 0, 'delta', 'content')
      heard.failed ||= at(event, 'error') !== undefined
    },
  },
  completions: {
    path: '/completions',
    body: (prompt) => ({ prompt }),
    textOf: (reply) => textAt(reply, 'choices', 0, 'text'),
    hear(event, heard) {
      heard.text += textAt(event, 'choices', 0, 'text')
      heard.failed ||= at(event, 'error') !== undefined
    },
  },
  messages: {
    path: '/messages',
    body: (prompt) => ({ ...messages(prompt), max_tokens: 4000 }),
    textOf: (reply) =>
      itemsAt(reply, 'content')
        .map((block) => textAt(block, 'text'))
        .join(''),
    hear(event, heard) {
      const type = at(event, 'type')
      if (type === 'content_block_delta') heard.text += textAt(event, 'delta', 'text')
      heard.ended ||= type === 'message_stop'
      heard.failed ||= type === 'error'
    },
  },
  responses: {
    path: '/responses',
    body: (prompt) => ({ input: prompt, store: false }),
    textOf: (reply) =>
      itemsAt(reply, 'output')
        .flatMap((item) => itemsAt(item, 'content'))
        .map((part) => textAt(part, 'text'))
        .join(''),
    hear(event, heard) {
      const type = at(event, 'type')
      if (type === 'response.output_text.delta') heard.text += textAt(event, 'delta')
      heard.ended ||= type === 'response.completed'
      heard.failed ||= type === 'error' || type === 'response.failed'
    },
  },
}

function messages(prompt: string) {
  return { messages: [{ role: 'user', content: prompt }] }
}

/** What stands at a path of a JSON value; undefined where there is nothing. */
function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  )
}

function textAt(value: unknown, ...path: readonly (string | number)[]): string {
  const text = at(value, ...path)
  return typeof text === 'string' ? text : ''
}

function itemsAt(value: unknown, key: string): readonly unknown[] {
  const items = at(value, key)
  return Array.isArray(items) ? items : []
}
