import type { LanguageModelV4CallOptions } from '@ai-sdk/provider'

/** True where the caller wants no tool calls side by side: every dialect says it in the options of OpenAI's package. */
export function wantsOneTool({ providerOptions }: LanguageModelV4CallOptions): boolean {
  return providerOptions?.openai?.parallelToolCalls === false
}

/** The same wish in the words of another package, beside what else it is told. */
export function withOneTool(
  options: LanguageModelV4CallOptions,
  vendor: string,
  words: Readonly<Record<string, boolean>>,
): LanguageModelV4CallOptions {
  if (!wantsOneTool(options)) return options
  const told = { ...options.providerOptions?.[vendor], ...words }
  return { ...options, providerOptions: { ...options.providerOptions, [vendor]: told } }
}

/** In Anthropic's, which all who sell its models read. */
export function withOneToolOfClaude(options: LanguageModelV4CallOptions): LanguageModelV4CallOptions {
  return withOneTool(options, 'anthropic', { disableParallelToolUse: true })
}
