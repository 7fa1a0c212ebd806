import type { BodyReader, Course } from './course.ts'
import { readReportedError } from './refusal.ts'
import { createStreamRelay } from './stream-relay.ts'

/** An upstream that has closed its stream may keep its connection open for this long; then the connection is given up. */
const LINGER_MS = 1_000

/** Relays a stream that was asked for, as it comes. */
export function readStream(course: Course): BodyReader {
  const { call, candidate, apiKey } = course.exchange
  const { heard } = course
  const { said, edit } = heard
  const { closingEvent } = call.dialect
  const relay = createStreamRelay(said, !call.wantsUsage, edit)
  let linger: NodeJS.Timeout | undefined

  return {
    data(chunk) {
      const { progress, forward, broken, error, done } = relay.push(chunk)
      if (progress) course.progress()
      if (broken > 0) heard.leftOut(broken)
      const says = forward.length > 0
      if (says) course.firstByte()
      if (error !== undefined) {
        if (course.hasBegun() && says) void course.write(forward)
        const { error: reported, failover } = readReportedError(candidate.provider.slug, error, apiKey)
        course.fail(reported, { failover, reported: true })
        return undefined
      }
      if (done !== undefined && !course.hasBegun() && !says) {
        course.unavailable('ended the stream without an answer')
        return undefined
      }
      const slow = says ? course.write(forward) : undefined
      if (done === undefined) return slow
      course.complete(done)
      linger = setTimeout(() => course.abort(), LINGER_MS).unref()
      return undefined
    },
    end() {
      clearTimeout(linger)
      // A provider that forgets the closing event but gave a finish reason has finished.
      if (said.finishReason() !== undefined && course.hasBegun() && closingEvent !== undefined)
        course.complete(Buffer.from(closingEvent))
      else course.unavailable('ended the stream before the answer was finished')
    },
    broke: () => clearTimeout(linger),
  }
}
