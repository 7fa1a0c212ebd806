import type { Policy, PolicyRequest } from './policy.ts'

/** Whether predicted quality has a say in a call: not where models are named, unless a limit is on their quality. */
export function qualityMatters(
  { selector, limits, policy: asked }: PolicyRequest,
  policies: Readonly<Record<string, Policy>>,
): boolean {
  if (selector.kind === 'auto') return true
  const policy = typeof asked === 'string' ? policies[asked] : asked
  return [limits.minQuality, policy?.limits?.minQuality, policy?.atLeast].some((limit) => limit !== undefined)
}
