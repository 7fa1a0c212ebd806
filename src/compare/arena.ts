import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { MeritorderError } from '../errors.ts'
import { isObject } from '../json/is-object.ts'
import { styleLead } from '../learn/leaderboard/style.ts'
import type { Admission } from '../receive/admission.ts'
import { readWord, wrong } from '../receive/fields.ts'
import { type Handler, type Route, sendJson } from '../receive/http-server.ts'
import { jsonObjectOf } from '../receive/json-object-of.ts'
import { arenaDoor } from '../receive/own-calls.ts'
import { readTags } from '../receive/tags.ts'
import { takeIn } from '../receive/take-in.ts'
import { type Arena, type Comparison, comparisonIdOf } from '../record/comparison.ts'
import type { Recorder } from '../record/recorder.ts'
import type { Rules } from '../serve/house.ts'
import { type Ask, pairFor } from './arena-pair.ts'
import type { OwnGateway, OwnReply } from './own-gateway.ts'

export interface ArenaOptions {
  readonly rules: () => Rules
  readonly admission: Admission
  readonly recorder: Pick<Recorder, 'arena' | 'openArena' | 'compare' | 'drained'>
  readonly own: OwnGateway
  /** Epoch ms. */
  readonly now: () => number
  readonly random: () => number
}

/** Two anonymous answers to a prompt, and the vote that tells whose they are. */
export function arenaRoutes(options: ArenaOptions): Route[] {
  return [
    { method: 'POST', path: '/arena', handle: opens(options) },
    { method: 'POST', path: '/arena/{id}/vote', handle: votes(options) },
  ]
}

/** To the caller's limits an arena is one call, whatever calls it makes. */
function opens({ rules, admission, recorder, own, now, random }: ArenaOptions): Handler {
  return async (request, reply) => {
    const { caller, bytes } = await takeIn(request, reply, rules().config.server, arenaDoor(admission))
    const body = jsonObjectOf(bytes)
    const left = signalOfLeaving(reply)
    const ask: Ask = (path, asked) => own.post(path, request.headers, asked, 'arena', left)
    const pair = await pairFor(body, ask, random)
    const answerBy = (model: string) => ask('/chat/completions', { ...pair.body, model })
    const [a, b] = await Promise.all([answerBy(pair.models[0]), answerBy(pair.models[1])])
    const arena: Arena = {
      id: `arena-${randomBytes(16).toString('hex')}`,
      createdAt: now(),
      caller: caller.name,
      generationA: a.generationId,
      generationB: b.generationId,
      modelA: pair.models[0],
      modelB: pair.models[1],
      intents: pair.intents,
      language: pair.language,
      tags: readTags(body, request.headers),
      lead: styleLead(answerText(a), answerText(b)),
    }
    kept(await recorder.openArena(arena))
    await inTables(recorder)
    sendJson(reply, 200, {
      id: arena.id,
      object: 'arena',
      created: Math.floor(arena.createdAt / 1000),
      answers: { a: anonymous(a), b: anonymous(b) },
      vote: `/v1/arena/${arena.id}/vote`,
    })
  }
}

/** What slow tables may add to the seconds that two answers take, ms. */
const MOST_WAITING_MS = 2_000

/** Whoever is told of an arena may vote at another gateway on the same database, which finds it in the tables only. */
async function inTables(recorder: Pick<Recorder, 'drained'>): Promise<void> {
  const enough = new AbortController()
  const waited = setTimeout(MOST_WAITING_MS, undefined, { signal: enough.signal })
  await Promise.race([recorder.drained(), waited]).catch(() => {
    // They cannot be reached: the arena is in the journal, and known here as soon as they can.
  })
  enough.abort()
}

/** Aborted when the reply is closed, sent or not: the calls of an arena have their place for as long only. */
function signalOfLeaving(reply: ServerResponse): AbortSignal {
  const leaving = new AbortController()
  if (reply.destroyed) leaving.abort()
  else reply.once('close', () => leaving.abort())
  return leaving.signal
}

/**
 * One vote counts: the first that has come into the tables. Of two that come at once, here or at two gateways that share a
 * database, both may find none, so each looks again when its own is there: the tables keep the first and say which it was.
 */
function votes({ rules, admission, recorder, now }: ArenaOptions): Handler {
  return async (request, reply, { id = '' }) => {
    const { caller, bytes } = await takeIn(request, reply, rules().config.server, admission)
    const vote = readVote(jsonObjectOf(bytes))
    const find = async () => {
      const found = ARENA_ID.test(id) ? await recorder.arena(id, caller.name) : undefined
      if (found === undefined) throw unknownArena(id)
      return found
    }
    const { arena, winner: before } = await find()
    if (before === undefined) kept(await recorder.compare(comparisonOf(arena, vote, now())))
    const winner = before ?? (await find()).winner
    if (winner === undefined) throw notKept('the tables did not take it')
    if (winner !== vote) throw votedAlready(winner)
    sendJson(reply, 200, {
      id: arena.id,
      winner: vote,
      a: { model: arena.modelA, generation_id: arena.generationA },
      b: { model: arena.modelB, generation_id: arena.generationB },
    })
  }
}

const ARENA_ID = /^arena-[0-9a-f]{32}$/

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

function unknownArena(id: string): MeritorderError {
  return new MeritorderError(
    'not_found',
    `There is no arena ${id.slice(0, 100)} of yours: it was never opened here, or by another caller.`,
    { limit: 'id' },
  )
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
  if (!result.durable) throw notKept(result.reason)
}

function notKept(reason: string): MeritorderError {
  return new MeritorderError('server', `This could not be written down: ${reason}. Send it again.`, {
    status: 503,
  })
}
