import type { Usage } from '../../../market/usage.ts'
import { type Fields, isObject } from '../../fields.ts'
import type { ReplyCaller, ReplyEditor, ReplyFacts } from '../dialect.ts'
import { editedChoices } from './edit-choices.ts'
import { costJson, usageJson } from './usage-json.ts'

/**
 * Changes what passes through from a host that speaks chat completions, and nothing else:
 * - OpenRouter's clients are told the call's own id, the model's slug, the provider and a finish reason in OpenRouter's words
 * - who wants the cost is told it with the tokens
 * - content in parts becomes text, which is all that OpenAI's clients can read
 */
export function createReplyEditor(facts: ReplyFacts, caller: ReplyCaller): ReplyEditor {
  const names = {
    id: JSON.stringify(facts.id),
    model: JSON.stringify(facts.model),
    provider: JSON.stringify(facts.provider),
  }
  return (value, usage) => {
    const choices = editedChoices(value.choices, caller.openRouter)
    const tells = caller.wantsCost && usage !== undefined && isReport(value)
    // What has been written here has our names already.
    const renamed = caller.openRouter && value.id !== facts.id
    if (!renamed && !tells && choices === undefined) return undefined
    return {
      ...(renamed ? names : {}),
      ...(choices === undefined ? {} : { choices: JSON.stringify(choices) }),
      ...(tells ? { usage: toldUsage(value.usage, usage, caller) } : {}),
    }
  }
}

/** The event that brings the tokens, wherever the host has put them. */
function isReport({ usage, x_groq: groq }: Fields): boolean {
  return isObject(usage) || (isObject(groq) && isObject(groq.usage))
}

/** The host's own report stays where it says more. */
function toldUsage(report: unknown, usage: Usage, { billOf }: ReplyCaller): string {
  return JSON.stringify({
    ...(isObject(report) ? report : {}),
    ...usageJson(usage),
    ...costJson(billOf(usage)),
  })
}
