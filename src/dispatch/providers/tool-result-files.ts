import type { LanguageModelV4FilePart, LanguageModelV4Message, LanguageModelV4Prompt } from '@ai-sdk/provider'

type ToolMessage = Extract<LanguageModelV4Message, { role: 'tool' }>

/**
 * The prompt with the files that tools returned in a user's turn after their results, for hosts whose tool messages
 * are text alone: their package would write images out as JSON.
 */
export function filesAfterResults(prompt: LanguageModelV4Prompt): LanguageModelV4Prompt {
  return prompt.flatMap((message): LanguageModelV4Message[] => {
    if (message.role !== 'tool') return [message]
    const files: LanguageModelV4FilePart[] = []
    const content = message.content.map((part) => withoutFiles(part, files))
    return files.length === 0
      ? [message]
      : [
          { ...message, content },
          { role: 'user', content: files },
        ]
  })
}

function withoutFiles(
  part: ToolMessage['content'][number],
  files: LanguageModelV4FilePart[],
): ToolMessage['content'][number] {
  if (part.type !== 'tool-result' || part.output.type !== 'content') return part
  const texts = part.output.value.flatMap((item) => {
    if (item.type === 'text') return [item.text]
    if (item.type !== 'file') return []
    files.push(item)
    return [`[${item.mediaType} of ${part.toolName}: see the next message]`]
  })
  return { ...part, output: { type: 'text', value: texts.join('\n') } }
}
