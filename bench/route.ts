/**
 * Time to understand a prompt of about 1,000 tokens and decide where it goes, over the whole shipped market, on one core.
 *
 *   npm run bench:route -- [--rounds 4000] [--predictor predictor.bin] [--json]
 *
 * The targets are p50 ≤ 0.25 ms, p99 ≤ 1 ms and 2,000 decisions a second; each round takes another prompt and policy.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { loadArtifacts } from '../src/artifacts.ts'
import { compileCandidates } from '../src/decide/candidates.ts'
import { decide } from '../src/decide/decide.ts'
import { POLICIES } from '../src/decide/policies.ts'
import type { PolicyRequest } from '../src/decide/policy.ts'
import { parsePredictor } from '../src/learned/predictor-file.ts'
import type { ChatRequest } from '../src/receive/chat-request.ts'
import { understand } from '../src/understand/understand.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '4000' },
    predictor: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})

const { catalog, quality, intents } = loadArtifacts()
const untried = { successRate: 1, attempts: 0, pausedUntil: 0 }
const compileStart = performance.now()
const predictor =
  values.predictor === undefined ? undefined : parsePredictor(readFileSync(values.predictor), intents.version)
const table = compileCandidates({ catalog, health: () => untried }, quality, catalog, predictor)
const compileMs = performance.now() - compileStart

const requests = Array.from({ length: 64 }, (_, i) => requestOf(i))
const context = { policies: POLICIES, now: Date.now(), random: () => 0.5, exploredEndpoints: 0.01 }
const wishes: readonly PolicyRequest[] = Object.keys(POLICIES).map((policy) => ({
  requested: 'auto',
  selector: { kind: 'auto' },
  policy,
  limits: {},
  allowFallbacks: true,
}))

const rounds = Number(values.rounds)
measure(Math.min(rounds, 1000))
const { understanding, deciding, tokens } = measure(rounds)
const total = understanding.map((ms, i) => ms + deciding[i]!)
const report = {
  endpoints: table.endpoints.length,
  models: table.models.length,
  prompt_tokens: tokens,
  rounds,
  p50_ms: percentile(total, 0.5),
  p99_ms: percentile(total, 0.99),
  decisions_per_s: Math.round(1000 / (total.reduce((sum, ms) => sum + ms, 0) / rounds)),
  understand_ms: { p50: percentile(understanding, 0.5), p99: percentile(understanding, 0.99) },
  decide_ms: { p50: percentile(deciding, 0.5), p99: percentile(deciding, 0.99) },
  decide_p50_ms_by_policy: Object.fromEntries(
    wishes.map(({ policy }, w) => [
      policy,
      percentile(
        deciding.filter((_, i) => i % wishes.length === w),
        0.5,
      ),
    ]),
  ),
  compile_ms: round(compileMs),
}
console.log(values.json ? JSON.stringify(report) : text())

function measure(count: number) {
  const understanding: number[] = []
  const deciding: number[] = []
  let promptTokens = 0
  for (let i = 0; i < count; i++) {
    const start = performance.now()
    const prompt = understand(requests[i % requests.length]!, intents, predictor?.space)
    const understood = performance.now()
    decide(prompt, wishes[i % wishes.length]!, table, context)
    deciding.push(performance.now() - understood)
    understanding.push(understood - start)
    promptTokens += prompt.tokens
  }
  return { understanding, deciding, tokens: Math.round(promptTokens / count) }
}

/** A conversation of about 1,000 tokens: a task, and notes in an order of their own. */
function requestOf(seed: number): ChatRequest {
  const tasks = [
    'Write a TypeScript function that merges these overlapping intervals, with tests.',
    'Summarise the notes below for a colleague who missed the meeting.',
    'Translate the notes below into German, keeping the names.',
    'A tank fills in 6 hours and empties in 9. How long until it is full with both open?',
    'Draft a friendly reply that declines the invitation described below.',
  ]
  const notes = [
    'The harbour office moved the inspection to Thursday because the crane was still being repaired.',
    'Nobody objected to the second budget, although the travel costs had doubled since spring.',
    'Three of the seven sensors report a temperature that cannot be true; the log shows why.',
    'Mara will ask the printers whether the blue cover can be delivered before the fair opens.',
    'If the pilot runs for two more weeks we shall know how many visitors come back on their own.',
    'The contract names a fee for late delivery, which the last version had left out by mistake.',
  ]
  const text = Array.from(
    { length: 44 },
    (_, i) => `${i + 1}. ${notes[(i * (1 + (seed % 5)) + seed) % notes.length]}`,
  )
  return {
    messages: [
      { role: 'system', content: 'You help the staff of a small harbour town.' },
      { role: 'user', content: `${tasks[seed % tasks.length]}\n\n${text.join('\n')}` },
    ],
  }
}

function text(): string {
  const { understand_ms: u, decide_ms: d } = report
  return [
    `understand + decide, ${report.prompt_tokens} tokens, ${report.models} models at ${report.endpoints} endpoints, one core`,
    `  p50 ${report.p50_ms} ms (target 0.25)   p99 ${report.p99_ms} ms (target 1)   ${report.decisions_per_s} decisions/s (target 2000)`,
    `  understand p50 ${u.p50} p99 ${u.p99} ms   decide p50 ${d.p50} p99 ${d.p99} ms`,
    `  decide p50 by policy: ${Object.entries(report.decide_p50_ms_by_policy)
      .map(([policy, ms]) => `${policy} ${ms}`)
      .join(', ')} ms`,
    `  the market is laid out in ${report.compile_ms} ms when it changes`,
  ].join('\n')
}

function percentile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b)
  return round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!)
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
