import type { Policy } from '../../decide/policy.ts'

/** A trade-off that the caller set: the field it stands in, and the policy or the name of one that it asks for. */
export interface Dial {
  readonly field: string
  readonly policy: string | Policy
}

/** The band inside which the ratings cannot tell models apart: the best, and price only between equals. */
const NARROWEST = 0.005
/** The band at the cheap end: twice that of `cheap`, so that even the cheapest is of some use. */
const WIDEST = 0.3

/** What a second of waiting is worth where cost counts, USD: it decides only between equal costs. */
const SECOND = 0.00001

/** Cost against quality on one scale: 0 asks for the best, 1 for the cheapest of what is of some use. */
export function costPolicy(name: string, share: number): Policy {
  return costPolicyWithin(name, NARROWEST + (WIDEST - NARROWEST) * share, SECOND)
}

/** The best, whatever it costs. */
export function bestPolicy(name: string): Policy {
  return costPolicyWithin(name, NARROWEST, SECOND)
}

/** The cheapest of all that the limits leave. */
export function cheapestPolicy(name: string): Policy {
  return costPolicyWithin(name, 1, 0)
}

function costPolicyWithin(name: string, qualityBand: number, latencySeconds: number): Policy {
  return { name, version: 1, qualityBand, weights: { quality: 0, costUsd: 1, latencySeconds, carbonKg: 0 } }
}
