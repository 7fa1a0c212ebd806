import type { SharedV4ProviderOptions } from '@ai-sdk/provider'
import { defined, type Fields, optional, readObject, readWord } from '../../fields.ts'

/**
 * What `cache_control` (Anthropic's word) or `prompt_cache_breakpoint` (OpenAI's) on a part, message or tool means to the
 * vendors that cache up to there; undefined where neither is said.
 *
 * @param place the path of what carries it, for the error; the body itself where left out.
 * @throws MeritorderError `invalid_request`
 */
export function readCachePoint(carrier: Fields, place?: string): SharedV4ProviderOptions | undefined {
  const prefix = place === undefined ? '' : `${place}.`
  const field = `${prefix}cache_control`
  const control = optional(readObject, carrier.cache_control, field)
  const breakpoint = optional(readObject, carrier.prompt_cache_breakpoint, `${prefix}prompt_cache_breakpoint`)
  if (control === undefined && breakpoint === undefined) return undefined
  if (control !== undefined) readWord(['ephemeral'])(control.type, `${field}.type`)
  const ttl = optional(readWord(['5m', '1h'] as const), control?.ttl, `${field}.ttl`)
  return {
    anthropic: { cacheControl: { type: 'ephemeral', ...defined({ ttl }) } },
  }
}
