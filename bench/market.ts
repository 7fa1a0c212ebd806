/**
 * A day of a market, played under four ways to choose the host of a model: ours (the expected cost of a successful answer),
 * OpenRouter's documented one (drawn by 1 / price² among hosts without an outage), one host after the other, and an oracle
 * that knows how every host is at the moment, how long the answer will be and who has room for a call.
 *
 *   npm run -s bench:market -- [--seeds 10] [--calls 20000] [--policy balanced] [--json]
 *
 * Twenty hosts sell two of four models each, at prices that differ by a third and change over the day; they brown out (errors,
 * silence, answers that break off), have slow spells and rate limits, and recover: `drawWorld` (bench/market/world.ts) has
 * every number. Ours and OpenRouter's are the gateway's own code: `decide`, the health board and the traffic cap, on a clock
 * of the simulation; both know of pauses and caps, so that what differs is the rule. A failed attempt moves on to the next host,
 * six at most; an answer that broke off is the caller's failure. The same call at the same host meets the same luck under
 * every rule. Regret is what was spent above the oracle, waiting counted at the policy's rate.
 */
import { stderr } from 'node:process'
import { parseArgs } from 'node:util'
import { progress } from '@clack/prompts'
import Table from 'cli-table3'
import { POLICIES } from '../src/decide/policies.ts'
import type { PolicyName } from '../src/decide/policy.ts'
import type { Interval } from '../src/learn/evaluate/bootstrap.ts'
import { type Comparison, compare, type Figures } from './market/compare.ts'
import { RULES, type RuleName } from './market/rules.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    calls: { type: 'string', default: '20000' },
    policy: { type: 'string', default: 'balanced' },
    json: { type: 'boolean', default: false },
  },
})
const [seeds, calls] = [wholeNumber('seeds'), wholeNumber('calls')]
const policy = Object.keys(POLICIES).find((name): name is PolicyName => name === values.policy)
if (policy === undefined) throw new Error(`--policy must be one of ${Object.keys(POLICIES).join(', ')}.`)

const report = withProgress((tell) => compare(seeds, calls, policy, tell))
console.log(values.json ? JSON.stringify(report) : text(report))

function wholeNumber(option: 'seeds' | 'calls'): number {
  const number = Number(values[option])
  if (!Number.isInteger(number) || number < 1)
    throw new Error(`--${option} must be a whole number from 1 on.`)
  return number
}

function withProgress(work: (tell: (seed: number, rule: RuleName) => void) => Comparison): Comparison {
  if (!stderr.isTTY) return work(() => {})
  const bar = progress({ max: seeds * Object.keys(RULES).length, output: stderr })
  bar.start('Playing')
  const done = work((seed, rule) => bar.advance(1, `Day ${seed} under ${rule}`))
  bar.stop('Played')
  return done
}

function text({ rules, oursMinus }: Comparison): string {
  const head = ['USD per 1,000', 'p95 s', 'failures ‰', '429 ‰', 'regret USD per 1,000']
  const aligned = (columns: number) => ({
    colAligns: ['left' as const, ...Array.from({ length: columns }, () => 'right' as const)],
    style: { head: [], border: [] },
  })
  const means = new Table({ head: ['rule', ...head], ...aligned(head.length) })
  for (const [name, figures] of Object.entries(rules)) means.push([name, ...cells(figures, number)])
  const differences = new Table({ head: ['ours minus', ...head], ...aligned(head.length) })
  for (const [name, figures] of Object.entries(oursMinus))
    differences.push([name, ...cells(figures, intervalText)])
  return [
    `${seeds} days of ${calls} calls, 20 hosts, 4 models, policy ${policy}; means, and paired differences with 95 % intervals`,
    means.toString(),
    differences.toString(),
  ].join('\n')
}

function cells<T>(figures: Readonly<Record<keyof Figures, T>>, write: (value: T) => string): string[] {
  const { cost, latencyP95, failures, refusals, regret } = figures
  return [cost, latencyP95, failures, refusals, regret].map(write)
}

function number(value: number): string {
  return value.toFixed(3)
}

function intervalText({ mean, low, high }: Interval): string {
  return `${number(mean)} [${number(low)}, ${number(high)}]`
}
