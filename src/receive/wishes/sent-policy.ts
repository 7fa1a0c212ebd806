import { parsePolicy } from '../../config/policy-schema.ts'
import { isObject } from '../../json/is-object.ts'
import { wrong } from '../fields.ts'
import type { Dial } from './dial.ts'

/**
 * Reads `policy`: the name of a policy, or a whole one in the form that `meritorder.yaml` has, but for what only the
 * configuration may say: whether to explore or to hedge, and evidence, which reasons quote. It is recorded as `policy:sent`.
 *
 * @throws MeritorderError `invalid_request` naming the member that is wrong and what it may be.
 */
export function readSentPolicy(value: unknown): Dial {
  const field = 'policy'
  if (typeof value === 'string') return { field, policy: value }
  if (!isObject(value)) throw wrong(field, 'the name of a policy, or a policy')
  const { exploration, hedge, evidence, ...rest } = value
  for (const [member, given] of Object.entries({ exploration, hedge, evidence }))
    if (given !== undefined && given !== null)
      throw wrong(`policy.${member}`, 'left out: only a policy of meritorder.yaml can have it')
  return { field, policy: parsePolicy(rest, 'policy:sent', field, 'Correct it in the request.') }
}
