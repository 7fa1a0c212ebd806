import type { DataPolicy, FactName, Provider } from '../market/offer.ts'
import type { ProviderConfig } from './schema.ts'

/** A provider with what its owner states of it, each fact in the place of what is publicly known; such facts have no public source. */
export function withStatedFacts(provider: Provider, settings: ProviderConfig | undefined): Provider {
  const { data_policy: policy, headquarters, regions } = settings ?? {}
  const stated: Partial<Record<FactName, unknown>> = {
    training: policy?.training,
    retention_days: policy?.retention_days,
    headquarters,
    regions,
  }
  if (policy === undefined && headquarters === undefined && regions === undefined) return provider
  const { sources = {}, dataPolicy } = provider
  const kept = Object.entries(sources).filter(([name]) => stated[name as FactName] === undefined)
  return {
    ...provider,
    ...(policy !== undefined && { dataPolicy: { ...dataPolicy, ...dataPolicyOf(policy) } }),
    ...(headquarters !== undefined && { headquarters }),
    ...(regions !== undefined && { regions }),
    ...(provider.sources !== undefined && { sources: Object.fromEntries(kept) }),
  }
}

/** What the file says of a host's data policy. */
export function dataPolicyOf(written: NonNullable<ProviderConfig['data_policy']>): DataPolicy {
  const { training, retention_days: retentionDays, zdr } = written
  return {
    ...(training !== undefined && { training }),
    ...(retentionDays !== undefined && { retentionDays }),
    ...(zdr !== undefined && { zdr }),
  }
}
