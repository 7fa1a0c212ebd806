/** The family of tokenizers that a model's maker uses, in OpenRouter's words; `Other` where its name does not say. */
export function tokenizerOf(slug: string): string {
  return FAMILIES.find(([pattern]) => pattern.test(slug))?.[1] ?? 'Other'
}

const FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/^openai\//, 'GPT'],
  [/^anthropic\//, 'Claude'],
  [/^google\/gemma/, 'Gemma'],
  [/^google\/gemini/, 'Gemini'],
  [/^x-ai\//, 'Grok'],
  [/^cohere\//, 'Cohere'],
  [/^amazon\/nova/, 'Nova'],
  [/^qwen\/qwen3/, 'Qwen3'],
  [/^qwen\//, 'Qwen'],
  [/^deepseek\//, 'DeepSeek'],
  [/^mistralai\//, 'Mistral'],
  [/^meta-llama\/llama-4/, 'Llama4'],
  [/^meta-llama\/llama-3/, 'Llama3'],
  [/^meta-llama\/llama-2/, 'Llama2'],
]
