/** Feedback as other routers' clients give it. */
import { type Fields, optional, readBoolean, readString, readWord, wrong } from '../receive/fields.ts'
import { type Feedback, numeric, readComment, readId, readMetrics, textual } from './read-feedback.ts'

/** OpenRouter's categories of trouble (its SubmitGenerationFeedbackRequest). */
const CATEGORIES = [
  'latency',
  'incoherence',
  'incorrect_response',
  'formatting',
  'billing',
  'api_error',
  'other',
] as const

/**
 * OpenRouter's `{generation_id, category, comment?}`: the category becomes a label. It says what the trouble was, not
 * how good the answer was, so no thumb is made of it.
 */
export function readOpenRouterFeedback(body: Fields): Feedback {
  return {
    generationId: readId(body.generation_id, 'generation_id'),
    values: [
      ...textual('label', readWord(CATEGORIES)(body.category, 'category')),
      ...textual('comment', optional(readComment, body.comment, 'comment')),
    ],
    source: 'openrouter',
  }
}

/**
 * Not Diamond's `{session_id, provider, feedback: {accuracy: 0 | 1, …}}`: `accuracy` becomes a thumb, other numbers
 * become metrics. The session is our generation; the provider named beside it is the one that answered it anyway.
 */
export function readNotDiamondFeedback(body: Fields): Feedback {
  const metrics = readMetrics(body.feedback, 'feedback')
  if (metrics.length === 0) throw wrong('feedback', 'an object with a metric, such as {"accuracy": 1}')
  const values = metrics.map((metric) => {
    if (metric.name !== 'accuracy') return metric
    if (metric.value !== 0 && metric.value !== 1) throw wrong('feedback.accuracy', '0 or 1')
    return { ...metric, kind: 'thumb' as const, name: '' }
  })
  return { generationId: readId(body.session_id, 'session_id'), values, source: 'not-diamond' }
}

/** Pulze's `{good_answer: true | false | null, feedback?}` on a log: a thumb, and the text as comment. */
export function readPulzeFeedback(body: Fields, logId: string): Feedback {
  const good = optional(readBoolean, body.good_answer, 'good_answer')
  // An empty text stands for none.
  const said = optional(readString, body.feedback, 'feedback') || undefined
  const values = [
    ...numeric('thumb', good === undefined ? undefined : Number(good)),
    ...textual('comment', optional(readComment, said, 'feedback')),
  ]
  if (values.length === 0) throw wrong('good_answer', 'true or false, unless feedback is given')
  return { generationId: readId(logId, 'log_id'), values, source: 'pulze' }
}
