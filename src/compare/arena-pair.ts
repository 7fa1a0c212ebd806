import { z } from 'zod'
import { MeritorderError } from '../errors.ts'
import { wrong } from '../receive/fields.ts'
import type { Arena } from '../record/comparison.ts'
import { opponentOf } from './opponent.ts'
import type { OwnReply } from './own-gateway.ts'

/** Posts a body to the gateway's own door. */
export type Ask = (path: string, body: object) => Promise<OwnReply>

/** Two models, and what both are asked. */
export interface PairedBody {
  readonly models: readonly [string, string]
  readonly body: object
  readonly intents: Arena['intents']
  readonly language: string
}

/**
 * Which two models answer: two of those named, else the one that would be chosen and the one whose comparison with it
 * would tell most. Which of them is a is drawn, so that the place says nothing.
 *
 * @throws MeritorderError `invalid_request` for a body that says otherwise; `not_found` where no two models may be called
 */
export async function pairFor(
  { models: named, stream, ...body }: Readonly<Record<string, unknown>>,
  ask: Ask,
  random: () => number,
): Promise<PairedBody> {
  if (stream === true) throw wrong('stream', 'false or absent: both answers of an arena come whole')
  const chosen = named === undefined ? undefined : drawTwo(readModels(named), random)
  const asked = { ...body, model: typeof body.model === 'string' ? body.model : 'auto' }
  const { body: decision } = await ask('/route', asked)
  const { candidates, intents, language } = routed.parse(decision)
  const models = chosen ?? contenders(candidates)
  return { models: random() < 0.5 ? models : [models[1], models[0]], body, intents, language }
}

const MOST_MODELS = 20

const routed = z.object({
  candidates: z.array(z.object({ model: z.string(), quality: z.number(), quality_sd: z.number() })),
  intents: z.array(z.object({ intent: z.string(), p: z.number() })),
  language: z.string(),
})

function contenders(candidates: z.output<typeof routed>['candidates']): readonly [string, string] {
  const all = candidates.map(({ model, quality, quality_sd }) => ({ model, quality, qualitySd: quality_sd }))
  const [first] = all
  const other = first && (opponentOf(first, all) ?? all.find(({ model }) => model !== first.model))
  if (first === undefined || other === undefined)
    throw new MeritorderError(
      'not_found',
      'An arena needs two models, and only one can be called within the limits of this call. Name two in "models", or loosen the limits.',
      { limit: 'models' },
    )
  return [first.model, other.model]
}

function readModels(value: unknown): readonly string[] {
  const list = Array.isArray(value) ? value.filter((model) => typeof model === 'string' && model !== '') : []
  const models = [...new Set<string>(list)]
  if (
    !Array.isArray(value) ||
    models.length < value.length ||
    models.length < 2 ||
    models.length > MOST_MODELS
  )
    throw wrong('models', `a list of 2 to ${MOST_MODELS} different models`)
  return models
}

function drawTwo(models: readonly string[], random: () => number): readonly [string, string] {
  const first = Math.floor(random() * models.length)
  const others = models.filter((_, m) => m !== first)
  return [models[first]!, others[Math.floor(random() * others.length)]!]
}
