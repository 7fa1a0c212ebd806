import type { LanguageModelV4CallOptions, SharedV4Warning } from '@ai-sdk/provider'
import type { Candidate } from '../decide/decision.ts'
import type { CanonicalCall, Loss } from '../receive/dialects/dialect.ts'

/** The call without what the model at this endpoint does not take, rather than refused, as OpenRouter does. */
export function withoutUnsupported({ options, losses }: CanonicalCall, { endpoint }: Candidate) {
  const { temperature, reasoning, ...rest } = options
  const { supports, id } = endpoint
  const kept: LanguageModelV4CallOptions = {
    ...rest,
    ...(temperature !== undefined && supports.temperature ? { temperature } : {}),
    ...(reasoning !== undefined && supports.reasoning ? { reasoning } : {}),
  }
  const lost = (['temperature', 'reasoning'] as const).filter(
    (field) => options[field] !== undefined && kept[field] === undefined,
  )
  return {
    options: kept,
    losses: [...losses, ...lost.map((field) => ({ field, reason: `${id} does not take it` }))],
  }
}

/** What a provider's package says that it could not tell the provider, or told it otherwise. */
export function lossesOf(warnings: readonly SharedV4Warning[]): Loss[] {
  return warnings.map((warning) => {
    if (warning.type === 'other') return { field: 'call', reason: warning.message }
    if (warning.type === 'deprecated') return { field: warning.setting, reason: warning.message }
    return { field: warning.feature, reason: warning.details ?? warning.type }
  })
}
