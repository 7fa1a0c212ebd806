import { isObject } from '../../../json/is-object.ts'
import type { Usage } from '../../../market/usage.ts'
import type { Fields } from '../../fields.ts'
import { costJson } from '../cost-json.ts'
import type { Edits, ReplyCaller, ReplyEditor, ReplyFacts } from '../dialect.ts'
import { editedChoices } from './edit-choices.ts'
import { usageJson } from './usage-json.ts'

/**
 * Changes what passes through from a host that speaks chat completions, and nothing else:
 * - OpenRouter's clients are told the call's own id, the model's slug, the provider and a finish reason in OpenRouter's words
 * - who wants the cost is told it with the tokens
 * - content in parts becomes text, which is all that OpenAI's clients can read
 */
export function createReplyEditor(facts: ReplyFacts, caller: ReplyCaller): ReplyEditor {
  if (!caller.openRouter && !caller.wantsCost) return readable
  const names = {
    id: JSON.stringify(facts.id),
    model: JSON.stringify(facts.model),
    provider: JSON.stringify(facts.provider),
  }
  return (value, usage) => {
    const edits: Record<string, string | undefined> = {}
    // What has been written here has our names already.
    if (caller.openRouter && value.id !== facts.id) Object.assign(edits, names)
    if (caller.openRouter) Object.assign(edits, nullsOf(value))
    const choices = editedChoices(value.choices, caller.openRouter)
    if (choices !== undefined) edits.choices = JSON.stringify(choices)
    if (caller.wantsCost && usage !== undefined && isReport(value))
      edits.usage = isInterim(value) ? undefined : toldUsage(value.usage, usage, caller)
    return Object.keys(edits).length === 0 ? undefined : edits
  }
}

/** All that a plain client's reply may need. */
const readable: ReplyEditor = ({ choices }) => {
  const edited = editedChoices(choices, false)
  return edited && { choices: JSON.stringify(edited) }
}

/** Azure's first chunk, about the prompt, and Perplexity's last have other names. */
const OBJECTS: ReadonlySet<unknown> = new Set(['chat.completion', 'chat.completion.chunk', 'text_completion'])

/** Members that OpenRouter's clients take only with a value, and the one that a whole reply must have. */
function nullsOf({ object, usage, system_fingerprint: fingerprint }: Fields): Edits {
  const isWhole = object === 'chat.completion'
  return {
    ...(!OBJECTS.has(object) && { object: '"chat.completion.chunk"' }),
    ...(usage === null && { usage: undefined }),
    ...(isWhole && fingerprint === undefined && { system_fingerprint: 'null' }),
    ...(!isWhole && fingerprint === null && { system_fingerprint: undefined }),
  }
}

/** The event that brings the tokens, wherever the host has put them. */
function isReport({ usage, x_groq: groq }: Fields): boolean {
  return isObject(usage) || (isObject(groq) && isObject(groq.usage))
}

/** Perplexity counts along with every chunk; OpenRouter's clients are told once, at the end. */
function isInterim({ choices }: Fields): boolean {
  if (!Array.isArray(choices) || choices.length === 0) return false
  return choices.every((choice) => isObject(choice) && isObject(choice.delta) && !choice.finish_reason)
}

/** The host's own report stays where it says more. */
function toldUsage(report: unknown, usage: Usage, { billOf }: ReplyCaller): string {
  const own = isObject(report) ? report : {}
  const told = usageJson(usage)
  const details = (member: 'prompt_tokens_details' | 'completion_tokens_details') => ({
    [member]: { ...(isObject(own[member]) ? own[member] : {}), ...told[member] },
  })
  return JSON.stringify({
    ...own,
    ...told,
    ...details('prompt_tokens_details'),
    ...details('completion_tokens_details'),
    ...costJson(billOf(usage)),
  })
}
