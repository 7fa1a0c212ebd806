import type { LanguageModelV4Message, LanguageModelV4Prompt } from '@ai-sdk/provider'

export type ToolMessage = Extract<LanguageModelV4Message, { role: 'tool' }>

/** Adds the result of a call. Providers want those of parallel calls in one turn. */
export function appendToolResult(prompt: LanguageModelV4Prompt, message: ToolMessage): void {
  const last = prompt.at(-1)
  if (last?.role === 'tool') last.content.push(...message.content)
  else prompt.push(message)
}
