import { MeritorderError } from '../errors.ts'
import { ratingJson } from '../explain/rating-json.ts'
import type { Admission } from '../receive/admission.ts'
import type { Fields } from '../receive/fields.ts'
import { type Handler, type PathParams, type Route, sendJson } from '../receive/http-server.ts'
import { jsonObjectOf } from '../receive/json-object-of.ts'
import { takeIn } from '../receive/take-in.ts'
import type { Generation, RecordedCall } from '../record/generation.ts'
import type { Rating, RatingValue } from '../record/rating.ts'
import type { RatedGeneration } from '../record/ratings.queries.ts'
import type { Recorder } from '../record/recorder.ts'
import { redact } from '../record/redaction/redact.ts'
import type { Rules } from '../serve/house.ts'
import { editDistance } from '../signals/edit-distance.ts'
import { type Feedback, readFeedback } from './read-feedback.ts'
import { readNotDiamondFeedback, readOpenRouterFeedback, readPulzeFeedback } from './read-others.ts'

/** Its own clients put the version of its API before the path, whatever address they are given. */
const NOT_DIAMOND_PATHS = ['', '/v2'].map(
  (version) => `/compat/not-diamond${version}/report/metrics/feedback`,
)

/** - `new`: nothing was said before - `changed`: something else was - `unchanged`: the same was */
type FeedbackStatus = 'new' | 'changed' | 'unchanged'

/**
 * The ways to say how good an answer was: ours, and those that other routers' clients know.
 *
 * @param learn is told of each thumb or score, with the call it is about
 */
export function feedbackRoutes(
  rules: () => Rules,
  recorder: Recorder,
  admission: Admission,
  learn: (rated: RatedGeneration) => void,
): Route[] {
  const take = (
    read: (body: Fields, params: PathParams) => Feedback,
    answer: (feedback: Feedback, status: FeedbackStatus, ratings: readonly Rating[]) => unknown,
  ): Handler => {
    return async (request, reply, params) => {
      const { server } = rules().config
      const { caller, bytes } = await takeIn(request, reply, server, admission)
      const feedback = read(jsonObjectOf(bytes), params)
      const { status, ratings } = await keep(feedback, caller.name, server.keys.length > 0, recorder, learn)
      sendJson(reply, 200, answer(feedback, status, ratings))
    }
  }
  const succeeded = () => ({ data: { success: true } })
  return [
    {
      method: 'POST',
      path: '/feedback',
      handle: take(readFeedback, ({ generationId }, status, ratings) => ({
        data: { generation_id: generationId, status, ratings: ratings.map(ratingJson) },
      })),
    },
    { method: 'POST', path: '/generation/feedback', handle: take(readOpenRouterFeedback, succeeded) },
    {
      method: 'POST',
      path: '/logs/{log_id}/rating',
      handle: take(
        (body, params) => readPulzeFeedback(body, params.log_id ?? ''),
        ({ generationId }) => ({ log_id: generationId, success: true }),
      ),
    },
    ...NOT_DIAMOND_PATHS.map(
      (path): Route => ({
        method: 'POST',
        path,
        handle: take(readNotDiamondFeedback, () => ({ success: true })),
      }),
    ),
  ]
}

/**
 * Attaches feedback to its generation, however late; what was said before is replaced. With keys, only whoever made a
 * call can rate it: to others it does not exist.
 */
async function keep(
  { generationId, values, source }: Feedback,
  caller: string,
  hasKeys: boolean,
  recorder: Recorder,
  learn: (rated: RatedGeneration) => void,
): Promise<{ status: FeedbackStatus; ratings: readonly Rating[] }> {
  const stored = await recorder.find(generationId)
  if (stored === undefined || (hasKeys && stored.generation.caller !== caller))
    throw new MeritorderError(
      'not_found',
      `No generation ${generationId} is recorded here: it was never made here, was not kept (record.storage: off), or is another caller's.`,
      { limit: 'generation_id' },
    )
  const kept = [...(await keptValues(values, stored.generation)), ...editSignal(values, stored.answer)]
  const before = (await recorder.ratings(generationId)).filter((rating) => rating.caller === caller)
  const status = statusOf(kept, before)
  if (status !== 'unchanged') {
    const ratedAt = Date.now()
    const ratings = kept.map((value): Rating => ({ ...value, generationId, caller, source, ratedAt }))
    const written = await recorder.rate(ratings)
    if (!written.durable)
      throw new MeritorderError(
        'server',
        `The feedback could not be written down: ${written.reason}. Send it again.`,
        {
          status: 503,
        },
      )
  }
  const ratings = await recorder.ratings(generationId)
  if (status !== 'unchanged')
    learnFrom(
      stored,
      ratings.filter((rating) => rating.caller === caller),
      learn,
    )
  return { status, ratings }
}

/** Of what a person said of an answer the score counts, else the thumb. */
function learnFrom(
  { generation: { dialect, model, candidates, simulated }, request, fingerprint }: RecordedCall,
  ratings: readonly Rating[],
  learn: (rated: RatedGeneration) => void,
): void {
  const rating = ratings.find(({ kind }) => kind === 'score') ?? ratings.find(({ kind }) => kind === 'thumb')
  if (rating !== undefined && model !== null)
    learn({ rating, dialect, model, candidates, simulated, request, fingerprint })
}

/**
 * What is said, as the storage mode of its call lets it be kept.
 *
 * @throws MeritorderError `invalid_request` for words about a call whose words are not kept
 */
async function keptValues(
  values: readonly RatingValue[],
  { storage }: Generation,
): Promise<readonly RatingValue[]> {
  if (storage === 'redacted')
    return Promise.all(
      values.map(async (value) => ({ ...value, text: value.text && (await redact(value.text)) })),
    )
  const said = values.find(({ kind }) => kind === 'correction' || kind === 'comment')
  if (said === undefined || (storage !== 'hashed' && storage !== 'metadata')) return values
  throw new MeritorderError(
    'invalid_request',
    `No words are kept of this call (its storage is ${storage}), so no ${said.kind} either. Send a thumb, score, label or metrics alone.`,
    { limit: said.kind },
  )
}

/** How far the answer is from what it should have been, where both are known. */
function editSignal(values: readonly RatingValue[], answer: string | null): readonly RatingValue[] {
  const correction = values.find(({ kind }) => kind === 'correction')?.text
  const distance = correction == null || answer === null ? undefined : editDistance(answer, correction)
  if (distance === undefined) return []
  return [{ kind: 'signal', name: 'edit_distance', value: distance, text: null }]
}

function statusOf(values: readonly RatingValue[], before: readonly Rating[]): FeedbackStatus {
  const earlier = values.map((value) =>
    before.find(({ kind, name }) => kind === value.kind && name === value.name),
  )
  if (earlier.every((one) => one === undefined)) return 'new'
  const isSame = values.every(
    (value, v) => earlier[v]?.value === value.value && earlier[v]?.text === value.text,
  )
  return isSame ? 'unchanged' : 'changed'
}
