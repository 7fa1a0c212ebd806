import { POLICIES } from '../decide/policies.ts'
import type { Policy } from '../decide/policy.ts'
import { parsePolicy } from './policy-schema.ts'
import type { Config } from './schema.ts'

/** Every policy that a call may name: the ones that come with Meritorder, and the file's own, which win. */
export function policiesOf({ policies }: Config['policy']): Readonly<Record<string, Policy>> {
  const own = Object.entries(policies).map(
    ([name, value]) =>
      [name, parsePolicy(value, name, `policy.policies.${name}`, 'Correct it in meritorder.yaml.')] as const,
  )
  return { ...POLICIES, ...Object.fromEntries(own) }
}
