import type { Policy } from '../../decide/policy.ts'
import { isObject } from '../../json/is-object.ts'
import { type Fields, optional, readString, wrong } from '../fields.ts'
import { bestPolicy, cheapestPolicy, type Dial } from './dial.ts'
import { readAmount, readUpTo } from './limit-values.ts'

/** What Martian's router parameters ask for. */
export interface Martian {
  readonly maxCostUsd?: number
  readonly dials: readonly Dial[]
}

/**
 * Reads Martian's router parameters:
 * - `max_cost`, USD for the call.
 * - `willingness_to_pay`: USD for each 10 % of quality gained, so ten times that for a whole unit. Merit alone decides.
 * - `routing_constraint`: `{"quality_constraint": …}` asks for the cheapest that is good enough, `{"cost_constraint": …}`
 *   for the best that is cheap enough; enough is a `numeric_value` (quality 0..1, USD for the call) or what the model
 *   `model_name` has, for quality with a probability of one half.
 *
 * @throws MeritorderError `invalid_request` naming the field.
 */
export function readMartian(body: Fields): Martian {
  if ((body.max_cost_per_million_tokens ?? undefined) !== undefined)
    throw wrong(
      'max_cost_per_million_tokens',
      'left out: it is not supported; max_cost limits the cost of the call',
    )
  const maxCostUsd = optional(readAmount, body.max_cost, 'max_cost')
  const pays = optional(readAmount, body.willingness_to_pay, 'willingness_to_pay')
  const constraint = optional(readConstraint, body.routing_constraint, 'routing_constraint')
  return {
    ...(maxCostUsd !== undefined && { maxCostUsd }),
    dials: [
      ...(pays === undefined ? [] : [{ field: 'willingness_to_pay', policy: payingPolicy(pays) }]),
      ...(constraint === undefined ? [] : [{ field: 'routing_constraint', policy: constraint }]),
    ],
  }
}

function payingPolicy(usdPerTenth: number): Policy {
  const policy = cheapestPolicy(`willingness_to_pay:${usdPerTenth}`)
  return { ...policy, weights: { ...policy.weights, quality: 10 * usdPerTenth } }
}

const KINDS = ['quality_constraint', 'cost_constraint'] as const

function readConstraint(value: unknown, field: string): Policy {
  const expected = 'an object with one of quality_constraint and cost_constraint'
  if (!isObject(value)) throw wrong(field, expected)
  refuseOthers(value, KINDS, field)
  const kinds = KINDS.filter((kind) => (value[kind] ?? undefined) !== undefined)
  const [kind] = kinds
  if (kind === undefined || kinds.length > 1) throw wrong(field, expected)
  const place = `${field}.${kind}`
  const { amount, model } = readEnough(
    value[kind],
    place,
    kind === 'quality_constraint' ? readUpTo(1) : readAmount,
  )
  const name = `${kind}:${amount ?? model}`
  if (kind === 'cost_constraint')
    return {
      ...bestPolicy(name),
      limits: model === undefined ? { maxCostUsd: amount! } : { maxCostOfModel: model },
    }
  if (model === undefined) return { ...cheapestPolicy(name), limits: { minQuality: amount! } }
  return { ...cheapestPolicy(name), atLeast: { model, probability: 0.5 } }
}

const ENOUGH = ['numeric_value', 'model_name'] as const

function readEnough(
  value: unknown,
  field: string,
  readValue: (value: unknown, field: string) => number,
): { readonly amount?: number | undefined; readonly model?: string | undefined } {
  const expected = 'an object with one of numeric_value and model_name'
  if (!isObject(value)) throw wrong(field, expected)
  refuseOthers(value, ENOUGH, field)
  const amount = optional(readValue, value.numeric_value, `${field}.numeric_value`)
  const model = optional(readString, value.model_name, `${field}.model_name`)
  if ((amount === undefined) === (model === undefined)) throw wrong(field, expected)
  return { amount, model }
}

function refuseOthers(fields: Fields, known: readonly string[], place: string): void {
  for (const member of Object.keys(fields))
    if (!known.includes(member)) throw wrong(`${place}.${member}`, `one of ${known.join(', ')}`)
}
