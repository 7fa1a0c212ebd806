/** OpenRouter's five words, of which OpenAI's are four. */
const WORDS = new Set(['stop', 'length', 'tool_calls', 'content_filter', 'error'])

/** What other hosts that speak chat completions say instead. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ['eos', 'stop'],
  ['eos_token', 'stop'],
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['completed', 'stop'],
  ['function_call', 'tool_calls'],
  ['tool_use', 'tool_calls'],
  ['tool_call', 'tool_calls'],
  ['max_tokens', 'length'],
  ['model_length', 'length'],
  ['insufficient_system_resource', 'error'],
  ['safety', 'content_filter'],
  ['recitation', 'content_filter'],
  ['content-filter', 'content_filter'],
])

/** A host's `finish_reason` in OpenRouter's words; a word that nobody knows ended the answer all the same. */
export function unifiedReason(reason: string): string {
  if (WORDS.has(reason)) return reason
  return OTHER_WORDS.get(reason.toLowerCase()) ?? 'stop'
}
