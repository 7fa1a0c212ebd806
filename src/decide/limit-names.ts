import { NEED_LIMITS } from './capability.ts'

/** Every limit by the name that callers write, in the order in which they are applied. */
export const LIMITS = [
  'allowed_models',
  'excluded_models',
  'provider.only',
  'provider.ignore',
  'free',
  ...NEED_LIMITS,
  'context_length',
  'max_tokens',
  'min_quality',
  'at_least',
  'max_cost',
  'as_cheap_as',
  'max_latency',
  'max_carbon',
  'cheapest_share',
] as const
