import type { LanguageModelV4CallOptions, SharedV4ProviderOptions, SharedV4Warning } from '@ai-sdk/provider'
import type { Candidate } from '../decide/decision.ts'
import type { CanonicalCall, Loss } from '../receive/dialects/dialect.ts'

/** The call without what the model at this endpoint does not take, rather than refused, as OpenRouter does. */
export function withoutUnsupported({ options, losses }: CanonicalCall, { endpoint }: Candidate) {
  const { temperature, reasoning, providerOptions, ...rest } = options
  const { supports, id } = endpoint
  const spoken = providerOptions && (supports.reasoning ? providerOptions : withoutThinking(providerOptions))
  const kept: LanguageModelV4CallOptions = {
    ...rest,
    ...(spoken !== undefined ? { providerOptions: spoken } : {}),
    ...(temperature !== undefined && supports.temperature ? { temperature } : {}),
    ...(reasoning !== undefined && supports.reasoning ? { reasoning } : {}),
  }
  const lost = [
    ...(temperature !== undefined && !supports.temperature ? ['temperature'] : []),
    ...(!supports.reasoning && (reasoning !== undefined || asksForThoughts(providerOptions))
      ? ['reasoning']
      : []),
  ]
  return {
    options: kept,
    losses: [...losses, ...lost.map((field) => ({ field, reason: `${id} does not take it` }))],
  }
}

/** The vendors' own words for how to think, which a model that does not think refuses. */
const THINKING = new Set(['thinking', 'thinkingConfig', 'reasoningConfig', 'reasoningSummary'])

function asksForThoughts(options: SharedV4ProviderOptions | undefined): boolean {
  return Object.values(options ?? {}).some((values) => Object.keys(values).some((name) => THINKING.has(name)))
}

function withoutThinking(options: SharedV4ProviderOptions): SharedV4ProviderOptions {
  const kept = Object.entries(options).map(([vendor, values]) => [
    vendor,
    Object.fromEntries(Object.entries(values).filter(([name]) => !THINKING.has(name))),
  ])
  return Object.fromEntries(kept)
}

/** The losses of a call at the vendor whose package this is (`google.vertex.chat`): some can be told to some vendors. */
export function lostAt(packageName: string, losses: readonly Loss[]): Loss[] {
  const [first = ''] = packageName.split('.')
  const vendor = OPTIONS_OF[first] ?? first
  return losses
    .filter(({ takenBy }) => takenBy?.includes(vendor) !== true)
    .map(({ field, reason }) => ({ field, reason }))
}

/** Packages that read the options of another name than their own. */
const OPTIONS_OF: Readonly<Record<string, string>> = { azure: 'openai', 'amazon-bedrock': 'amazonBedrock' }

/** What a provider's package says that it could not tell the provider, or told it otherwise. */
export function lossesOf(warnings: readonly SharedV4Warning[]): Loss[] {
  return warnings.map((warning) => {
    if (warning.type === 'other') return { field: 'call', reason: warning.message }
    if (warning.type === 'deprecated') return { field: warning.setting, reason: warning.message }
    return { field: warning.feature, reason: warning.details ?? warning.type }
  })
}
