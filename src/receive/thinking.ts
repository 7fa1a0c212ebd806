import type { Skin } from './dialects/dialect.ts'
import type { Fields } from './fields.ts'

/**
 * The body with reasoning switched on where the model's name ends with `:thinking`, unless it says itself how to reason.
 * Only chat completions have that suffix; the same object for all other calls.
 */
export function withThinking(body: Fields, { name }: Skin): Fields {
  const { model, reasoning, reasoning_effort: effort } = body
  if (typeof model !== 'string' || !model.endsWith(':thinking') || name !== 'chat-completions') return body
  return (reasoning ?? effort ?? undefined) === undefined ? { ...body, reasoning: { enabled: true } } : body
}
