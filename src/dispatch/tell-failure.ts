import { MeritorderError } from '../errors.ts'
import type { Skin } from '../receive/dialects/dialect.ts'
import type { Exchange, ReplySink } from './exchange.ts'
import { meaningOfStatus } from './failure.ts'
import { readFailure } from './translated-failure.ts'

/**
 * Tells the sink what was thrown while a provider's package made a call. Before the first bytes a refusal is the reply
 * that an upstream of the caller's dialect would have given; later, all is a failure.
 *
 * @param refusesAll true for a refusal that this endpoint gives to every call, as its words say: it is not the caller's
 */
export function tellFailure(
  thrown: unknown,
  begun: boolean,
  exchange: Exchange<Skin>,
  sink: ReplySink,
  refusesAll: (message: string) => boolean = () => false,
): void {
  const provider = exchange.candidate.provider.slug
  const failure = readFailure(thrown, provider, exchange.apiKey)
  if (failure.kind === 'failed') {
    sink.fail(failure.error)
    return
  }
  const { status, error, retryAfterSeconds } = failure
  if (begun || refusesAll(error.message)) {
    const { code } = meaningOfStatus(begun ? status : 404)
    sink.fail(new MeritorderError(code, `${provider} reported an error: ${error.message}`, { provider }))
    return
  }
  const contentType = 'application/json'
  sink.head({ status, contentType, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) })
  void sink.data(Buffer.from(JSON.stringify(exchange.call.dialect.writeError(error, exchange.call))))
  sink.end()
}
