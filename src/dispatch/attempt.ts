import { MeritorderError } from '../errors.ts'
import type { Skin } from '../receive/dialects/dialect.ts'
import type { AttemptEnd } from './attempt-end.ts'
import type { BodyReader } from './course.ts'
import type { Exchange, ReplyHead, ReplySink, Send } from './exchange.ts'
import { type OpenCourse, openCourse } from './open-course.ts'
import { readStream } from './read-stream.ts'
import { readWhole } from './read-whole.ts'
import type { ReplyWriter } from './reply-writer.ts'
import type { TryTimeouts } from './timeouts.ts'

/**
 * Sends one exchange and relays its answer to the caller, up to but without its last bytes: those wait for the
 * record. `begin` writes the reply's head; it is called when the first content of a stream has come. Never rejects.
 */
export function runAttempt<S extends Skin>(
  exchange: Exchange<S>,
  send: Send<S>,
  writer: ReplyWriter,
  timeouts: TryTimeouts,
  begin: () => void,
): Promise<AttemptEnd> {
  const { promise, resolve } = Promise.withResolvers<AttemptEnd>()
  const course = openCourse(exchange, writer, timeouts, begin, resolve)
  try {
    course.sentWith(send(exchange, sinkOf(course)))
  } catch (cause) {
    const provider = exchange.candidate.provider.slug
    course.fail(
      new MeritorderError('server', `The call to ${provider} could not be sent.`, { provider, cause }),
    )
  }
  return promise
}

/** Hands the reply, once its head says what it is, to who can read it. */
function sinkOf(course: OpenCourse): ReplySink {
  let reader: BodyReader | undefined
  return {
    head(head) {
      course.answeredWith(head)
      const streams = course.exchange.call.stream && isEventStream(head)
      reader = streams ? readStream(course) : readWhole(course, head)
    },
    data(chunk) {
      if (course.isSettled() || reader === undefined) return undefined
      try {
        return reader.data(chunk)
      } catch (cause) {
        failUnreadable(course, cause)
        return undefined
      }
    },
    usage: (usage) => course.heard.reported(usage),
    end() {
      if (course.isSettled()) reader?.broke()
      else if (reader === undefined) course.unavailable('closed the connection without an answer')
      else
        try {
          reader.end()
        } catch (cause) {
          failUnreadable(course, cause)
        }
    },
    fail(error) {
      reader?.broke()
      course.fail(error)
    },
  }
}

/** What cannot be digested (an endless event, a head that cannot be written) is a failed attempt. */
function failUnreadable(course: OpenCourse, cause: unknown): void {
  const provider = course.exchange.candidate.provider.slug
  const why = cause instanceof Error ? cause.message : 'unreadable'
  const what = `The stream of ${provider} cannot be relayed: ${why}.`
  course.fail(new MeritorderError('provider_unavailable', what, { provider, cause }))
}

function isEventStream({ status, contentType }: ReplyHead): boolean {
  return status < 300 && contentType.startsWith('text/event-stream')
}
