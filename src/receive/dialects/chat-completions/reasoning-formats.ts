/**
 * OpenRouter's names for whose thoughts these are, by the provider package that a signature came through and must go back
 * through. Claude's signatures hold wherever Anthropic sells it, Gemini's at both of Google's doors.
 */
export const REASONING_FORMATS: ReadonlyMap<string, string> = new Map([
  ['anthropic', 'anthropic-claude-v1'],
  ['amazonBedrock', 'anthropic-claude-v1'],
  ['bedrock', 'anthropic-claude-v1'],
  ['google', 'google-gemini-v1'],
  ['googleVertex', 'google-gemini-v1'],
  ['vertex', 'google-gemini-v1'],
  ['openai', 'openai-responses-v1'],
  ['azure', 'azure-openai-responses-v1'],
  ['xai', 'xai-responses-v1'],
])

/** The format of thoughts that nobody has signed (yet), by the slug of the model. */
export function formatOfModel(slug: string): string {
  if (slug.startsWith('anthropic/')) return 'anthropic-claude-v1'
  return slug.startsWith('google/gemini') ? 'google-gemini-v1' : 'unknown'
}
