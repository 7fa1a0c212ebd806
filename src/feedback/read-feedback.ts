import {
  type Fields,
  optional,
  type Reader,
  readNumber,
  readObject,
  readString,
  wrong,
} from '../receive/fields.ts'
import type { RatingKind, RatingValue } from '../record/rating.ts'

/** What was said about which answer. */
export interface Feedback {
  readonly generationId: string
  /** At least one. */
  readonly values: readonly RatingValue[]
  readonly source: string
}

const MOST_METRICS = 32
const LONGEST_NAME = 100
const LONGEST_LABEL = 200
const LONGEST_COMMENT = 10_000
/** Characters; an answer as it should have been. */
const LONGEST_CORRECTION = 1_000_000

/**
 * Our own form: `{generation_id, thumb?: "up" | "down" | boolean, score?: 0..1, label?, correction?, comment?, metrics?:
 * {name: number}}`, at least one of them.
 *
 * @throws MeritorderError `invalid_request` naming the field that is wrong
 */
export function readFeedback(body: Fields): Feedback {
  const known = new Set(['generation_id', ...FIELDS])
  for (const field of Object.keys(body))
    if (!known.has(field)) throw wrong(field, `one of ${[...known].join(', ')}`)
  const values = [
    ...numeric('thumb', optional(readThumb, body.thumb, 'thumb')),
    ...numeric('score', optional(readScore, body.score, 'score')),
    ...textual('label', optional(readText(LONGEST_LABEL), body.label, 'label')),
    ...textual('correction', optional(readText(LONGEST_CORRECTION), body.correction, 'correction')),
    ...textual('comment', optional(readText(LONGEST_COMMENT), body.comment, 'comment')),
    ...(optional(readMetrics, body.metrics, 'metrics') ?? []),
  ]
  if (values.length === 0) throw wrong('feedback', `said in one of ${FIELDS.join(', ')} at least`)
  return { generationId: readId(body.generation_id, 'generation_id'), values, source: 'meritorder' }
}

const FIELDS = ['thumb', 'score', 'label', 'correction', 'comment', 'metrics'] as const

/** The id of a generation. */
export const readId: Reader<string> = (value, field) => {
  if (typeof value === 'string' && GENERATION_ID.test(value)) return value
  throw wrong(field, 'the id of a generation, gen-…: it is in the header x-generation-id of every answer')
}

const GENERATION_ID = /^gen-[0-9a-f]{32}$/

/** A text that is not empty and not too long. */
function readText(longest: number): Reader<string> {
  return (value, field) => {
    const text = readString(value, field)
    if (text !== '' && text.length <= longest) return text
    throw wrong(field, `a text of 1 to ${longest.toLocaleString('en')} characters`)
  }
}

export const readComment = readText(LONGEST_COMMENT)

/** Numbers by name. */
export const readMetrics: Reader<RatingValue[]> = (value, field) => {
  const entries = Object.entries(readObject(value, field))
  if (entries.length > MOST_METRICS) throw wrong(field, `an object of at most ${MOST_METRICS} metrics`)
  return entries.map(([name, number]) => {
    if (name === '' || name.length > LONGEST_NAME)
      throw wrong(field, `metrics with names of at most ${LONGEST_NAME} characters`)
    const metric = readNumber(number, `${field}.${name}`)
    if (!Number.isFinite(metric)) throw wrong(`${field}.${name}`, 'a finite number')
    return { kind: 'metric', name, value: metric, text: null }
  })
}

const readThumb: Reader<number> = (value, field) => {
  if (value === 'up' || value === true) return 1
  if (value === 'down' || value === false) return 0
  throw wrong(field, '"up" or "down", or true or false')
}

const readScore: Reader<number> = (value, field) => {
  const score = readNumber(value, field)
  if (score >= 0 && score <= 1) return score
  throw wrong(field, 'a number from 0 to 1')
}

/** A numeric rating, if there is one. */
export function numeric(kind: RatingKind, value: number | undefined): RatingValue[] {
  return value === undefined ? [] : [{ kind, name: '', value, text: null }]
}

/** A text rating, if there is one. */
export function textual(kind: RatingKind, text: string | undefined): RatingValue[] {
  return text === undefined ? [] : [{ kind, name: '', value: null, text }]
}
