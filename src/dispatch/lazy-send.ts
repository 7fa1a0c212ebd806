import { MeritorderError } from '../errors.ts'
import type { Dialect, Skin } from '../receive/dialects/dialect.ts'
import type { Abort, Send } from './exchange.ts'

/**
 * A sender whose code is loaded at its first call: the packages behind a translated family cost a tenth of a
 * second and 27 MB, which nobody pays who has no key for it.
 */
export function lazySend<S extends Skin = Dialect>(load: () => Promise<Send<S>>): Send<S> {
  let loading: Promise<Send<S>> | undefined
  return (exchange, sink) => {
    let abort: Abort | undefined
    let aborted = false
    loading ??= load()
    loading
      .then((send) => {
        if (!aborted) abort = send(exchange, sink)
      })
      .catch((cause: unknown) => {
        loading = undefined
        const { slug } = exchange.candidate.provider
        sink.fail(
          new MeritorderError('server', `The code that speaks to ${slug} cannot be used.`, {
            provider: slug,
            cause,
          }),
        )
      })
    return () => {
      aborted = true
      abort?.()
    }
  }
}
