/**
 * What remembering conversations adds to a call, in microseconds: finding its place, deciding with what is known, and
 * remembering who answered; beside the same decision without. One core, the whole shipped market.
 *
 *   npm run bench:conversations -- [--rounds 3000] [--json]
 *
 * The variants take turns, so that a machine that is busy for a while is busy for all. Median and 10th to 90th percentile.
 */
import { parseArgs } from 'node:util'
import { loadArtifacts } from '../src/artifacts.ts'
import { createConversations } from '../src/conversations/conversations.ts'
import { compileCandidates } from '../src/decide/candidates.ts'
import { decide } from '../src/decide/decide.ts'
import { POLICIES } from '../src/decide/policies.ts'
import type { Answer } from '../src/dispatch/answer.ts'
import { chatCompletions } from '../src/receive/dialects/chat-completions.ts'
import { readCall } from '../src/receive/read-call.ts'
import { validToolCalls } from '../src/tool-calls/valid-tool-calls.ts'
import { understand } from '../src/understand/understand.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3000' }, json: { type: 'boolean', default: false } },
})
const rounds = Number(values.rounds)
const WARM_UP = 500

const { catalog, quality, intents } = loadArtifacts()
const health = () => ({ successRate: 1, attempts: 0, pausedUntil: 0 })
const table = compileCandidates({ catalog, health }, quality, catalog)
const conversations = createConversations(() => performance.now())

const MODEL = 'openai/gpt-oss-120b'
const opening = 'The harbour office moved the inspection to Thursday because the crane was being repaired. '
const short = callOf({ messages: [{ role: 'user', content: opening.repeat(50) }] })
const long = callOf({ messages: [{ role: 'user', content: opening.repeat(5_000) }] })
const session = callOf({ session_id: 'a session', messages: short.body.messages })
const prompt = understand(short.request, intents)
const context = { policies: POLICIES, now: Date.now(), random: () => 0.5 }
const first = decide(prompt, short.wishes, table, context)
const answer = answerOf(first.ranked[0]!)
for (const call of [short, long, session]) conversations.of(call).remember(answer)
const { known } = conversations.of(short)
if (known === undefined) throw new Error('the conversation was not remembered')
const goingOn = { ...context, conversation: known }

const tool = {
  name: 'book',
  parameters: {
    type: 'object',
    properties: { from: { type: 'string' }, to: { type: 'string' }, seats: { type: 'integer' } },
    required: ['from', 'to'],
    additionalProperties: false,
  },
}
const offered = Array.from({ length: 20 }, (_, i) => ({ function: { ...tool, name: `book${i}` } }))
const called = [{ name: 'book19', arguments: '{"from":"Bergen","to":"Oslo","seats":2}' }]

let lookedAt: unknown
const variants = {
  'decide, nothing known': () => decide(prompt, short.wishes, table, context),
  'decide, going on': () => decide(prompt, short.wishes, table, goingOn),
  'find its place, by session': () => conversations.of(session),
  'find its place, by an opening of 4,500 characters': () => conversations.of(short),
  'find its place, by an opening of 450,000 characters': () => conversations.of(long),
  'find its place and remember the answer': () => conversations.of(short).remember(answer),
  'check a tool call, after the answer': () => validToolCalls(offered, called),
}
const times = Object.fromEntries(Object.keys(variants).map((name) => [name, [] as number[]]))
for (let round = -WARM_UP; round < rounds; round++)
  for (const [name, run] of Object.entries(variants)) {
    const start = performance.now()
    lookedAt = run()
    const took = (performance.now() - start) * 1000
    if (round >= 0) times[name]!.push(took)
  }
if (lookedAt === null) throw new Error('nothing was measured')

const report = Object.fromEntries(
  Object.entries(times).map(([name, us]) => {
    const sorted = us.toSorted((a, b) => a - b)
    const at = (share: number) => Number(sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(1))
    return [name, { p10_us: at(0.1), median_us: at(0.5), p90_us: at(0.9) }]
  }),
)
console.log(values.json ? JSON.stringify({ rounds, ...report }) : text())

function callOf(body: object) {
  const bytes = Buffer.from(JSON.stringify({ model: MODEL, ...body }))
  return readCall(
    bytes,
    {},
    {
      dialect: chatCompletions,
      caller: { name: 'bench' },
      openRouterClient: false,
      maxDepth: 99,
      defaultPolicy: 'balanced',
      storage: 'full' as const,
      receivedAt: 0,
      startedAt: 0,
    },
  )
}

function answerOf(served: (typeof first.ranked)[number]): Answer {
  return {
    outcome: 'complete',
    served,
    attempts: [],
    usage: {
      promptTokens: 4000,
      completionTokens: 100,
      reasoningTokens: 0,
      cacheReadTokens: 2000,
      cacheWriteTokens: 0,
      estimated: false,
    },
    text: '',
    toolCalls: [],
    losses: [],
    status: 200,
    totalMs: 1,
  }
}

function text(): string {
  const lines = Object.entries(report).map(
    ([name, { p10_us, median_us, p90_us }]) =>
      `  ${name.padEnd(52)} ${String(median_us).padStart(7)} µs   (${p10_us} … ${p90_us})`,
  )
  return [
    `${table.models.length} models at ${table.endpoints.length} endpoints, ${rounds} rounds`,
    ...lines,
  ].join('\n')
}
