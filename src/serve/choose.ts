import type { Conversation } from '../decide/conversation.ts'
import { decide } from '../decide/decide.ts'
import type { Candidate, Decision } from '../decide/decision.ts'
import { qualityMatters } from '../decide/quality-matters.ts'
import { MeritorderError } from '../errors.ts'
import type { Call } from '../receive/call.ts'
import { shortenCall } from '../receive/shorten-call.ts'
import type { Prompt } from '../understand/prompt.ts'
import { estimateTokens } from '../understand/tokens.ts'
import { understand } from '../understand/understand.ts'
import type { House, Rules } from './house.ts'

/** A call with what was understood and decided about it. */
export interface Chosen {
  readonly call: Call
  readonly prompt: Prompt
  readonly decision: Decision
}

/**
 * Understands a call's prompt and decides where it goes; one that is too long and may be shortened is.
 *
 * @param explains looks at prompts of calls that name their model, too, although nothing turns on it.
 * @throws MeritorderError when no endpoint is left, or the prompt fits into none.
 */
export async function choose(
  house: House,
  rules: Rules,
  call: Call,
  conversation: Conversation | undefined,
  explains: boolean,
): Promise<Chosen> {
  const { request, wishes, receivedAt } = call
  const { config, policies, space, table, unlearned } = rules
  const matters = qualityMatters(wishes, policies)
  const found = matters ? await house.findVector(request, space) : {}
  const isRead = matters || explains
  const prompt = understand(request, house.intents, isRead ? space : undefined, found.vector, isRead)
  const experience = house.experience.see(prompt)
  const isUnread = matters && prompt.traits === undefined
  const baselineModel = config.policy.baseline_model
  const decideOn = (halved: boolean) =>
    decide(prompt, wishes, isUnread ? unlearned : table, {
      policies,
      now: receivedAt,
      random: house.random,
      // Who asks what would be chosen gets the choice, not a trial.
      exploredEndpoints: explains ? 0 : config.policy.endpoint_exploration,
      halved,
      experience,
      ...(baselineModel === undefined ? {} : { baselineModel }),
      ...(conversation && { conversation }),
      ...(found.problem !== undefined && { unlearned: found.problem }),
    })
  try {
    return { call, prompt, decision: decideOn(false) }
  } catch (error) {
    const isTooLong = error instanceof MeritorderError && error.code === 'context_length_exceeded'
    const shorter = isTooLong && wishes.compress ? shorten(call, prompt, decideOn(true)) : undefined
    if (shorter === undefined) throw error
    return shorter
  }
}

/** Our count of tokens is an estimate: this much of a window is filled. */
const FILLED = 0.9

/** The call made to fit the window of the first choice; those with smaller windows are passed over. */
function shorten(call: Call, prompt: Prompt, decision: Decision): Chosen | undefined {
  const windowOf = ({ endpoint }: Candidate) => endpoint.contextTokens ?? Infinity
  const holdsPrompt = ({ endpoint }: Candidate) => endpoint.maxPromptTokens ?? Infinity
  const [first] = decision.ranked
  if (first === undefined) return undefined
  const room = prompt.needs.maxCompletionTokens ?? decision.expectedCompletionTokens
  const most = Math.min(windowOf(first) * FILLED - room, holdsPrompt(first) * FILLED)
  const shorter = shortenCall(call, (request) => estimateTokens(request) <= most)
  if (shorter === undefined) return undefined
  const ranked = decision.ranked.filter(
    (candidate) => windowOf(candidate) >= windowOf(first) && holdsPrompt(candidate) >= holdsPrompt(first),
  )
  const tokens = estimateTokens(shorter.request)
  return { call: shorter, prompt: { ...prompt, tokens }, decision: { ...decision, ranked } }
}
