import { isObject } from '../../json/is-object.ts'
import { amountOf, contentId, messagesOf, qualityOf, textOf, unpacked } from './cells.ts'
import type { Importer, ImportOptions, OutcomesLine } from './importer.ts'
import { rowByRow } from './row-by-row.ts'

type Row = Readonly<Record<string, unknown>>

/** A log of calls, one a row, with what somebody scored them. */
interface CallLog extends Pick<Importer, 'name' | 'what'> {
  /** What was asked, chat messages or a text, packed in JSON or not. */
  prompt(row: Row): unknown
  model(row: Row): unknown
  /** USD */
  cost(row: Row): unknown
  /** Completion tokens. */
  tokens(row: Row): unknown
  /** undefined where the call has none. */
  score(row: Row, name: string | undefined): unknown
}

/**
 * Requests that Helicone exported (`npx @helicone/export --include-body`, JSON, JSON Lines or CSV): `feedback_rating`
 * (true or false), or the one of `scores` that is named.
 */
export const helicone = callLog({
  name: 'helicone',
  what: 'requests that Helicone exported, with their bodies',
  prompt: ({ request_body }) => promptIn(unpacked(request_body)),
  model: ({ model, response_model, request_model }) =>
    textOf(model) ?? textOf(response_model) ?? request_model,
  cost: ({ cost, costUSD, cost_usd }) => costUSD ?? cost ?? cost_usd,
  tokens: ({ completion_tokens }) => completion_tokens,
  score: ({ feedback_rating, scores }, name) =>
    name === undefined ? feedback_rating : member(unpacked(scores), name),
})

/**
 * LiteLLM's spend logs (`GET /spend/logs/v2`, or the table `LiteLLM_SpendLogs`), stored with their prompts. LiteLLM keeps
 * no ratings: the score is the member of `metadata` that is named.
 */
export const liteLlm = callLog({
  name: 'litellm',
  what: "LiteLLM's spend logs, stored with prompts; --score names a member of metadata",
  prompt: ({ messages, proxy_server_request }) =>
    messagesOf(messages) ?? promptIn(unpacked(proxy_server_request)),
  model: ({ model }) => model,
  cost: ({ spend }) => spend,
  tokens: ({ completion_tokens }) => completion_tokens,
  score: ({ metadata }, name = 'score') => member(unpacked(metadata), name),
})

/** What a request's body asks: its messages, or the prompt of a legacy completion. */
function promptIn(body: unknown): unknown {
  return isObject(body) ? (body.messages ?? body.prompt ?? body.input) : undefined
}

/** A member by its path, `rating` or `review.rating`. */
function member(value: unknown, path: string): unknown {
  return path.split('.').reduce((inner, name) => (isObject(inner) ? inner[name] : undefined), value)
}

function callLog(log: CallLog): Importer {
  return {
    name: log.name,
    what: log.what,
    kind: 'outcomes',
    takes: ['best', 'score'],
    lines: rowByRow((row, options) => callLine(log, row, options)),
  }
}

function callLine(log: CallLog, row: Row, { best, score: name }: ImportOptions): OutcomesLine | string {
  const score = log.score(row, name)
  if (score === undefined || score === null || score === '') return 'has no score'
  return scoredCall(
    { prompt: log.prompt(row), model: log.model(row), cost: log.cost(row), tokens: log.tokens(row), score },
    best,
  )
}

/** One call with its score, as another tool tells it. */
export interface ScoredCall {
  readonly prompt: unknown
  readonly model: unknown
  readonly cost: unknown
  readonly tokens: unknown
  readonly score: unknown
}

/** A scored call as a line of outcomes, or why it is none. The same messages have the same id. */
export function scoredCall(call: ScoredCall, best: number): OutcomesLine | string {
  const messages = messagesOf(call.prompt)
  const model = textOf(call.model)
  const quality = qualityOf(call.score, best)
  const cost = amountOf(call.cost)
  const tokens = amountOf(call.tokens)
  if (model === undefined) return 'names no model'
  if (messages === undefined) return 'has no prompt of text'
  if (quality === undefined) return `has a score that is no number from 0 to ${best}`
  const outcome = { quality, ...(cost !== undefined && { cost }), ...(tokens !== undefined && { tokens }) }
  return { id: contentId(messages), messages, outcomes: { [model]: outcome } }
}
