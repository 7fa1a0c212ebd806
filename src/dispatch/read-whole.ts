import type { BodyReader, Course } from './course.ts'
import type { ReplyHead } from './exchange.ts'
import { parseJson, readReportedError } from './refusal.ts'
import { editedReply } from './stream-relay.ts'

/** A whole reply larger than this is given up. */
const MAX_WHOLE_BYTES = 64 * 1024 * 1024
/** As much of an upstream's error page is read. */
const MAX_ERROR_BYTES = 64 * 1024

/** Collects a reply that does not stream, or an error page, and looks at it when all of it is there. */
export function readWhole(course: Course, head: ReplyHead): BodyReader {
  const body: Buffer[] = []
  let size = 0
  return {
    data(chunk) {
      course.firstByte()
      size += chunk.length
      body.push(chunk)
      if (head.status >= 300 && size > MAX_ERROR_BYTES) course.refuse(head, Buffer.concat(body))
      else if (size > MAX_WHOLE_BYTES) course.unavailable(`sent more than ${MAX_WHOLE_BYTES} bytes`)
      return undefined
    },
    end() {
      const whole = Buffer.concat(body)
      if (head.status >= 300) course.refuse(head, whole)
      else judge(course, whole, head)
    },
    broke() {},
  }
}

function judge(course: Course, whole: Buffer, { contentType }: ReplyHead): void {
  const { call, candidate, apiKey } = course.exchange
  const { said, edit } = course.heard
  const parsed = parseJson(whole.toString('utf8'))
  if (parsed === undefined) {
    course.unavailable(`sent ${whatInstead(whole, contentType)}`)
    return
  }
  const part = said.read(parsed)
  if (part.kind === 'error') {
    const { error, failover } = readReportedError(candidate.provider.slug, part, apiKey)
    course.fail(error, { failover, reported: true })
  } else if (call.stream || !said.isAnswer(parsed))
    course.unavailable('sent something else than the answer asked for')
  else
    course.complete(
      edit === undefined || part.value === undefined ? whole : editedReply(whole, part.value, edit),
    )
}

function whatInstead(whole: Buffer, contentType: string): string {
  if (whole.length === 0) return 'an empty reply'
  return contentType.includes('json')
    ? 'a broken JSON reply'
    : `no JSON but ${contentType.slice(0, 60) || 'an unnamed type'}`
}
