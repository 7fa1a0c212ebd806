import type { LanguageModelV4StreamPart } from '@ai-sdk/provider'

/** Writes tool calls as OpenAI's `tool_calls` deltas: id and name first, then pieces of the arguments. */
export interface ToolCallDeltas {
  /** Undefined for parts that are no piece of a client's tool call. */
  deltaOf(part: LanguageModelV4StreamPart): object | undefined
  /** True once there was a call. */
  any(): boolean
}

interface OpenCall {
  readonly index: number
  hasArguments: boolean
}

export function createToolCallDeltas(): ToolCallDeltas {
  const calls = new Map<string, OpenCall>()
  const start = (id: string, name: string, text: string) => {
    const index = calls.size
    calls.set(id, { index, hasArguments: text !== '' })
    return { tool_calls: [{ index, id, type: 'function', function: { name, arguments: text } }] }
  }
  const proceed = (call: OpenCall, text: string) => {
    call.hasArguments = true
    return { tool_calls: [{ index: call.index, function: { arguments: text } }] }
  }
  return {
    deltaOf(part) {
      switch (part.type) {
        case 'tool-input-start':
          return part.providerExecuted === true ? undefined : start(part.id, part.toolName, '')
        case 'tool-input-delta': {
          const call = calls.get(part.id)
          return call === undefined || part.delta === '' ? undefined : proceed(call, part.delta)
        }
        case 'tool-call': {
          if (part.providerExecuted === true) return undefined
          const input = part.input || '{}'
          const call = calls.get(part.toolCallId)
          if (call === undefined) return start(part.toolCallId, part.toolName, input)
          // A call without arguments streams none, yet clients parse what they get.
          return call.hasArguments ? undefined : proceed(call, input)
        }
        default:
          return undefined
      }
    },
    any: () => calls.size > 0,
  }
}
