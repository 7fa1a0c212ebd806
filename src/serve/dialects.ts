import { chatCompletions } from '../receive/dialects/chat-completions.ts'
import { completions } from '../receive/dialects/completions.ts'
import type { Dialect } from '../receive/dialects/dialect.ts'
import { messages } from '../receive/dialects/messages.ts'
import { responses } from '../receive/dialects/responses.ts'

/** The API skins of conversations, by their paths below `/v1`. */
export const DIALECTS: Readonly<Record<string, Dialect>> = {
  '/chat/completions': chatCompletions,
  '/completions': completions,
  '/messages': messages,
  '/responses': responses,
}

/** The dialect that a record names; undefined for one that is not known here. */
export function dialectNamed(name: string): Dialect | undefined {
  return Object.values(DIALECTS).find((dialect) => dialect.name === name)
}
