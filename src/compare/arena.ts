import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { z } from 'zod'
import { MeritorderError } from '../errors.ts'
import { isObject } from '../is-object.ts'
import { styleLead } from '../learn/leaderboard/style.ts'
import { authenticate } from '../receive/authenticate.ts'
import { readWord, wrong } from '../receive/fields.ts'
import { type Route, sendJson } from '../receive/http-server.ts'
import { readJsonObject } from '../receive/read-json-object.ts'
import { readTags } from '../receive/tags.ts'
import { type Arena, type Comparison, comparisonIdOf } from '../record/comparison.ts'
import type { Recorder } from '../record/recorder.ts'
import type { Rules } from '../serve.ts'
import { opponentOf } from './opponent.ts'
import type { OwnGateway, OwnReply } from './own-gateway.ts'

export interface ArenaOptions {
  readonly rules: () => Rules
  readonly recorder: Pick<Recorder, 'arena' | 'openArena' | 'compare'>
  readonly own: OwnGateway
  /** Epoch ms. */
  readonly now: () => number
  readonly random: () => number
}

/** Two anonymous answers to a prompt, and the vote that tells whose they are. */
export function arenaRoutes({ rules, recorder, own, now, random }: ArenaOptions): Route[] {
  const known = async (request: IncomingMessage) => {
    const { server } = rules().config
    const caller = authenticate(request.headers, request.socket.remoteAddress, server.keys)
    return { caller: caller.name, body: await readJsonObject(request, server) }
  }
  return [
    {
      method: 'POST',
      path: '/arena',
      handle: async (request, reply) => {
        const { caller, body } = await known(request)
        const pair = await pairFor(body, request.headers, own, random)
        const answers = await Promise.all(
          pair.models.map((model) =>
            own.post('/chat/completions', request.headers, { ...pair.body, model }, APP),
          ),
        )
        const [a, b] = answers as [OwnReply, OwnReply]
        const texts = answers.map(answerText)
        const arena: Arena = {
          id: `arena-${randomBytes(16).toString('hex')}`,
          createdAt: now(),
          caller,
          generationA: a.generationId,
          generationB: b.generationId,
          modelA: pair.models[0],
          modelB: pair.models[1],
          intents: pair.intents,
          language: pair.language,
          tags: readTags(body, request.headers),
          lead: styleLead(texts[0]!, texts[1]!),
        }
        kept(await recorder.openArena(arena))
        sendJson(reply, 200, {
          id: arena.id,
          object: 'arena',
          created: Math.floor(arena.createdAt / 1000),
          answers: { a: anonymous(a), b: anonymous(b) },
          vote: `/v1/arena/${arena.id}/vote`,
        })
      },
    },
    {
      method: 'POST',
      path: '/arena/{id}/vote',
      handle: async (request, reply, { id = '' }) => {
        const { caller, body } = await known(request)
        const winner = readVote(body)
        const found = ARENA_ID.test(id) ? await recorder.arena(id, caller) : undefined
        if (found === undefined)
          throw new MeritorderError(
            'not_found',
            `There is no arena ${id.slice(0, 100)} of yours: it was never opened here, or by another caller.`,
            { limit: 'id' },
          )
        const { arena } = found
        if (found.winner !== undefined && found.winner !== winner) throw votedAlready(found.winner)
        if (found.winner === undefined) kept(await recorder.compare(comparisonOf(arena, winner, now())))
        sendJson(reply, 200, {
          id: arena.id,
          winner,
          a: { model: arena.modelA, generation_id: arena.generationA },
          b: { model: arena.modelB, generation_id: arena.generationB },
        })
      },
    },
  ]
}

/** What the calls of arenas are recorded as. */
const APP = 'meritorder arena'
const ARENA_ID = /^arena-[0-9a-f]{32}$/
const MOST_MODELS = 20

interface PairedBody {
  readonly models: readonly [string, string]
  /** What both are asked. */
  readonly body: object
  readonly intents: Arena['intents']
  readonly language: string
}

const routed = z.object({
  candidates: z.array(z.object({ model: z.string(), quality: z.number(), quality_sd: z.number() })),
  intents: z.array(z.object({ intent: z.string(), p: z.number() })),
  language: z.string(),
})

/**
 * Which two models answer: two of those named, else the one that would be chosen and the one whose comparison with it
 * would tell most. Which of them is a is drawn, so that the place says nothing.
 */
async function pairFor(
  { models: named, stream, ...body }: Readonly<Record<string, unknown>>,
  head: IncomingHttpHeaders,
  own: OwnGateway,
  random: () => number,
): Promise<PairedBody> {
  if (stream === true) throw wrong('stream', 'false or absent: both answers of an arena come whole')
  const chosen = named === undefined ? undefined : drawTwo(readModels(named), random)
  const asked = { ...body, model: typeof body.model === 'string' ? body.model : 'auto' }
  const { body: decision } = await own.post('/route', head, asked, APP)
  const { candidates, intents, language } = routed.parse(decision)
  const models = chosen ?? contenders(candidates)
  return { models: random() < 0.5 ? models : [models[1], models[0]], body, intents, language }
}

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

/** The answer without what would tell who gave it: model, cost, tokens, id. */
function anonymous({ body }: OwnReply) {
  const message = messageOf(body)
  return {
    message: {
      role: 'assistant',
      content: message.content ?? null,
      ...(message.tool_calls !== undefined && { tool_calls: message.tool_calls }),
    },
  }
}

function answerText({ body }: OwnReply): string {
  const { content } = messageOf(body)
  return typeof content === 'string' ? content : ''
}

function messageOf({ choices }: OwnReply['body']): Readonly<Record<string, unknown>> {
  const first: unknown = Array.isArray(choices) ? choices[0] : undefined
  return isObject(first) && isObject(first.message) ? first.message : {}
}

const WORDS = ['a', 'b', 'tie', 'both_bad'] as const

/** That both are bad is a tie between them. */
function readVote(body: Readonly<Record<string, unknown>>): Comparison['winner'] {
  for (const field of Object.keys(body))
    if (field !== 'winner') throw wrong(field, 'absent: there is only winner')
  const vote = readWord(WORDS)(body.winner, 'winner')
  return vote === 'both_bad' ? 'tie' : vote
}

function votedAlready(winner: Comparison['winner']): MeritorderError {
  return new MeritorderError(
    'invalid_request',
    `This arena has been voted on (${winner}), and whoever voted knows the models now: the first vote stands.`,
    { status: 409, limit: 'winner' },
  )
}

function comparisonOf(arena: Arena, winner: Comparison['winner'], comparedAt: number): Comparison {
  const { createdAt: _, ...pair } = arena
  return {
    ...pair,
    id: comparisonIdOf(arena.id),
    comparedAt,
    winner,
    judge: 'person',
    source: 'arena',
    // Its answers are what the caller asked for.
    costUsd: '0',
  }
}

function kept(result: Awaited<ReturnType<Recorder['compare']>>): void {
  if (result.durable) return
  throw new MeritorderError('server', `This could not be written down: ${result.reason}. Send it again.`, {
    status: 503,
  })
}
