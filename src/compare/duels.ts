import type { IncomingHttpHeaders } from 'node:http'
import type { Candidate, Decision } from '../decide/decision.ts'
import type { Answer } from '../dispatch/answer.ts'
import { MeritorderError } from '../errors.ts'
import { isObject } from '../json/is-object.ts'
import { judgePair } from '../learn/judge/judge.ts'
import { styleLead } from '../learn/leaderboard/style.ts'
import type { Call } from '../receive/call.ts'
import { defined } from '../receive/fields.ts'
import type { Recorder } from '../record/recorder.ts'
import { USER_TAGS } from '../record/user-tags.ts'
import type { StorageMode } from '../storage-mode.ts'
import type { Log } from '../telemetry/log.ts'
import type { Prompt } from '../understand/prompt.ts'
import { createBudget, type Purse } from './duel-budget.ts'
import { opponentOf } from './opponent.ts'
import type { OwnGateway } from './own-gateway.ts'

/** Section `learn.duels` of the configuration. */
export interface DuelSettings {
  /** Of calls whose model was chosen automatically, 0..1. */
  readonly share: number
  /** Model that judges. */
  readonly judge: string
  /** USD a day (UTC), for second answers and the judge. */
  readonly daily_budget: number
}

export interface DuelOptions {
  readonly settings: DuelSettings
  /** Path of a dialect below `/v1`. */
  readonly pathOf: (dialect: string) => string | undefined
  readonly own: OwnGateway
  readonly recorder: Pick<Recorder, 'compare' | 'comparisons'>
  /** Epoch ms. */
  readonly now: () => number
  readonly random: () => number
  readonly newId: () => string
  readonly log: Log
}

/** What a call was, once its caller has the answer. */
export interface Served {
  readonly call: Call
  readonly prompt: Prompt
  readonly decision: Decision
  readonly answer: Answer
  readonly head: IncomingHttpHeaders
}

/**
 * Shadow duels: now and then another model answers a prompt too, and a judge says which answer is better. All of it
 * happens behind the caller's back, after the answer, under the caller's key and within his limits on who is asked and what is kept,
 * but for those on how often he may call; only words are compared.
 */
export interface Duels {
  /** Looks at a call that has been answered, and may fight a duel about it. Never throws, never waits. */
  consider(served: Served): void
  /** Starts no more duels and waits for those that run. */
  close(): Promise<void>
}

/** Duels at once; a prompt that comes meanwhile is left alone. */
const MOST_AT_ONCE = 4
/** Characters of a prompt or an answer; longer ones are not judged. */
const LONGEST_TEXT = 20_000
/** How much more often an intent with few duels is drawn than the average. */
const MOST_FAVOUR = 4
/** After so many failures in a row the judge is left alone for a while, ms. */
const FAILURES_IN_A_ROW = 3
const REST_MS = 10 * 60_000

export function createDuels(options: DuelOptions): Duels {
  const { settings, random, now, log } = options
  const running = new Set<Promise<void>>()
  const budget = createBudget(options, settings.daily_budget)
  const fought = new Map<string, number>()
  let failures = 0
  let restsUntil = 0
  let closing = false
  /** An intent that has seen few duels is drawn more often. */
  const shareOf = (intent: string) => {
    const mean = fought.size === 0 ? 0 : sum(fought.values()) / fought.size
    return settings.share * Math.min(MOST_FAVOUR, (1 + mean) / (1 + (fought.get(intent) ?? 0)))
  }
  const fight = async (served: Served, opponent: Candidate) => {
    try {
      await duel(served, opponent, options, budget.purse())
      failures = 0
    } catch (error) {
      if (!isOutOfLimits(error, served.call)) failures++
      if (failures >= FAILURES_IN_A_ROW) restsUntil = now() + REST_MS
      const why = whyNot(error, served.call.storage)
      log.warn(
        { why, opponent: opponent.endpoint.model, resting: restsUntil > now() },
        'a duel was not decided',
      )
    }
  }
  return {
    consider(served) {
      const intent = served.prompt.intents[0]?.intent ?? 'default'
      if (
        closing ||
        running.size >= MOST_AT_ONCE ||
        now() < restsUntil ||
        !isComparable(served, settings.judge)
      )
        return
      if (random() >= shareOf(intent) || !budget.isLeft()) return
      const opponent = opponentIn(served, settings.judge)
      if (opponent === undefined) return
      fought.set(intent, (fought.get(intent) ?? 0) + 1)
      const one = fight(served, opponent).finally(() => running.delete(one))
      running.add(one)
    },
    async close() {
      closing = true
      await Promise.all(running)
    },
  }
}

/** What a host says may quote the prompt: it is told where words are kept. */
function whyNot(error: unknown, storage: StorageMode): string {
  if (storage === 'full') return error instanceof Error ? error.message : String(error)
  return error instanceof MeritorderError ? error.code : 'an error inside the gateway'
}

/** Only whole answers in words to calls whose model was chosen here; what we made ourselves is no prompt of a user. */
function isComparable({ call, prompt, decision, answer }: Served, judge: string): boolean {
  return (
    call.storage !== 'off' &&
    decision.strategy === 'auto' &&
    answer.outcome === 'complete' &&
    answer.served !== undefined &&
    // A judge likes its own answers.
    answer.served.endpoint.model !== judge &&
    answer.finishReason === 'stop' &&
    answer.text !== '' &&
    answer.text.length <= LONGEST_TEXT &&
    !prompt.needs.tools &&
    prompt.needs.outputModalities.every((kind) => kind === 'text') &&
    prompt.needs.hostedTools === undefined &&
    hasOneName(call.tags) &&
    call.own === undefined
  )
}

/** The judge's call can carry one name of the user only, and would outlive him where he is forgotten by another. */
function hasOneName(tags: Call['tags']): boolean {
  return USER_TAGS.every((name) => tags[name] === undefined || tags[name] === tags.user)
}

function opponentIn({ decision, answer }: Served, judge: string): Candidate | undefined {
  const contenders = decision.ranked.map((candidate) => ({
    model: candidate.endpoint.model,
    quality: candidate.quality,
    qualitySd: candidate.qualitySd,
    candidate,
  }))
  const first = contenders.find(({ model }) => model === answer.served?.endpoint.model)
  return (
    first &&
    opponentOf(
      first,
      contenders.filter(({ model }) => model !== judge),
    )?.candidate
  )
}

async function duel(
  { call, prompt, answer, head }: Served,
  opponent: Candidate,
  { recorder, settings, pathOf, now, random, newId }: DuelOptions,
  purse: Purse,
): Promise<void> {
  const path = pathOf(call.dialect.name)
  if (path === undefined) return
  const { model } = opponent.endpoint
  const second = await purse.post(path, head, asked(call.body, model), 'duel')
  const said = call.dialect.createReplyReader(call.request)
  said.read(second.body)
  const other = said.text()
  if (other === '' || other.length > LONGEST_TEXT) return
  // Which answer is a is drawn: a judge's liking for a place then favours nobody.
  const swapped = random() < 0.5
  const [a, b] = swapped ? [other, answer.text] : [answer.text, other]
  const ask = (messages: readonly object[]) => askJudge(messages, settings.judge, call, head, purse)
  const judged = await judgePair({ prompt: prompt.text, a, b }, { ask })
  if (judged === undefined)
    throw new MeritorderError('unprocessable', `The judge ${settings.judge} said nothing that is a verdict.`)
  const served = { generation: call.id, model: answer.served!.endpoint.model }
  const rival = { generation: second.generationId, model }
  const [first, last] = swapped ? [rival, served] : [served, rival]
  await recorder.compare({
    id: newId(),
    comparedAt: now(),
    caller: call.caller.name,
    generationA: first.generation,
    generationB: last.generation,
    modelA: first.model,
    modelB: last.model,
    winner: judged.judgement.winner,
    judge: settings.judge,
    source: 'duel',
    intents: prompt.intents,
    language: prompt.language,
    tags: call.tags,
    lead: styleLead(a, b),
    costUsd: purse.spent(),
  })
}

/** The call again, to another model, whole, under the same policy and limits. */
function asked(body: Call['body'], model: string): object {
  const { models: _models, route: _route, plugins: _plugins, stream_options: _options, ...rest } = body
  return {
    ...rest,
    ...limitsOf(body),
    model,
    stream: false,
    ...(body.store !== undefined && { store: false }),
  }
}

/** What of a body says who may be asked; the rest stands in its head or in the configuration. */
function limitsOf({ model, policy, provider }: Call['body']): object {
  const named = typeof model === 'string' ? /^auto:(.+)$/.exec(model)?.[1] : undefined
  return defined({ policy: policy ?? named, provider })
}

/** Where a caller's own limits leave no host for it, nothing is wrong with the judge. */
function isOutOfLimits(error: unknown, { body }: Call): boolean {
  const limits = Object.keys(limitsOf(body)).length
  return limits > 0 && error instanceof MeritorderError && error.code === 'not_found'
}

/** The judge sees the prompt, so the caller's limits on who may see it hold for it too. */
async function askJudge(
  messages: readonly object[],
  model: string,
  { body: behind, tags }: Call,
  head: IncomingHttpHeaders,
  purse: Purse,
): Promise<string> {
  // Whoever deletes the calls of a user deletes this one too: the prompt is in it.
  const body = { model, messages, ...limitsOf(behind), ...defined({ user: tags.user }) }
  const reply = await purse.post('/chat/completions', head, body, 'judge')
  const first: unknown = Array.isArray(reply.body.choices) ? reply.body.choices[0] : undefined
  const message = isObject(first) && isObject(first.message) ? first.message : {}
  return typeof message.content === 'string' ? message.content : ''
}

function sum(values: Iterable<number>): number {
  let total = 0
  for (const value of values) total += value
  return total
}
