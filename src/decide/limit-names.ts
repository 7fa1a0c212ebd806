import { NEED_LIMITS } from './capability.ts'

/** Every limit by the name that callers write, in the order in which they are applied. */
export const LIMITS = [
  'allowed_models',
  'excluded_models',
  'provider.only',
  'provider.ignore',
  'provider.order',
  'free',
  'extended',
  'thinking',
  'provider.data_collection',
  'provider.zdr',
  'provider.enforce_distillable_text',
  'provider.quantizations',
  'provider.require_parameters',
  'provider.max_price',
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
