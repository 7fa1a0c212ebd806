import { POLICIES } from '../decide/policies.ts'
import type { Policy } from '../decide/policy.ts'
import { parsePolicy } from '../decide/policy-schema.ts'
import type { Config } from './schema.ts'

/** Every policy that a call may name: the ones that come with Meritorder, and the file's own, which win. */
export function policiesOf({ policies }: Config['policy']): Readonly<Record<string, Policy>> {
  const own = Object.entries(policies).map(([name, value]) => [name, parsePolicy(value, name)] as const)
  return { ...POLICIES, ...Object.fromEntries(own) }
}
