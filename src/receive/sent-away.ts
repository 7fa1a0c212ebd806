import { MeritorderError } from '../errors.ts'

/** What callers are told who cannot be let in. Each says when to come again. */
export function overloaded(retryAfterSeconds: number): MeritorderError {
  return away('This gateway has as many calls as it can serve.', retryAfterSeconds)
}

/** The limits on calls and bodies were not enough. */
export function shortOfMemory(retryAfterSeconds: number): MeritorderError {
  return away('This gateway is short of memory.', retryAfterSeconds)
}

/** It ends, and takes no more calls. */
export function stopping(retryAfterSeconds: number): MeritorderError {
  return away('This gateway is stopping.', retryAfterSeconds)
}

/** Nobody reads it: it ends the wait of one who has left. */
export function left(): MeritorderError {
  return new MeritorderError('invalid_request', 'The caller left while the call waited for others to end.')
}

/** The key's `max_calls` are under way. */
export function tooManyAtOnce(name: string, most: number, retryAfterSeconds: number): MeritorderError {
  return new MeritorderError(
    'rate_limit_exceeded',
    `The key "${name}" may have ${most} calls under way. Send the next when one has ended, or raise max_calls of the key in server.keys.`,
    { limit: 'max_calls', retryAfterSeconds },
  )
}

/**
 * The key's `calls_per_minute` are used up.
 *
 * @param waitMs until the next may come
 * @param time epoch ms, of which OpenRouter's header tells the reset
 */
export function tooManyThisMinute(name: string, most: number, waitMs: number, time: number): MeritorderError {
  const retryAfterSeconds = Math.ceil(waitMs / 1000)
  return new MeritorderError(
    'rate_limit_exceeded',
    `The key "${name}" may make ${most} calls a minute. Send the next in ${retryAfterSeconds} s.`,
    {
      limit: 'calls_per_minute',
      retryAfterSeconds,
      headers: {
        'x-ratelimit-limit': String(most),
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(Math.ceil(time + waitMs)),
      },
    },
  )
}

function away(why: string, retryAfterSeconds: number): MeritorderError {
  return new MeritorderError('provider_overloaded', `${why} Send the call again in ${retryAfterSeconds} s.`, {
    limit: 'admission',
    retryAfterSeconds,
  })
}
