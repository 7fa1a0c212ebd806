import type { Candidate, Decision } from '../decide/decision.ts'
import type { Prompt } from '../understand/prompt.ts'
import {
  bar,
  formatCarbon,
  formatCost,
  formatCount,
  formatDuration,
  formatPlural,
  formatShare,
} from './format.ts'
import { paint, printable, table } from './terminal.ts'

/** A decision for a person at a terminal: who is chosen and why, what was understood, and who else there was. */
export function decisionText(prompt: Prompt, decision: Decision, top: number): string {
  const [chosen] = decision.ranked
  if (chosen === undefined) return 'No candidate is left.'
  const sections = [
    headline(chosen, decision),
    understood(prompt, decision),
    candidateTable(decision, top),
    similarPrompts(decision),
    footnotes(decision),
  ]
  return `\n${sections.filter((section) => section !== '').join('\n\n')}\n`
}

function headline({ endpoint, provider }: Candidate, { reason, policy }: Decision): string {
  const simulated = provider.simulated === true ? paint('yellow', ' (simulated)') : ''
  return [
    `${paint('green', '→')} ${paint(['bold', 'green'], endpoint.model)} at ${paint('bold', provider.name)}${simulated}` +
      paint('dim', `   policy ${policy.name}`),
    `  ${reason}`,
  ].join('\n')
}

function understood(prompt: Prompt, { expectedCompletionTokens, difficulty }: Decision): string {
  const facts = [
    `${formatCount(prompt.tokens)} tokens in`,
    `about ${formatCount(Math.round(expectedCompletionTokens))} out`,
    prompt.language === 'und' ? 'language unclear' : `language ${prompt.language}`,
    ...(prompt.codeShare >= 0.05 ? [`${formatShare(prompt.codeShare)} code`] : []),
    ...(difficulty === undefined
      ? []
      : [`the strongest model gains ${difficulty.toFixed(2)} over the weakest`]),
  ]
  const width = Math.max(...prompt.intents.map(({ intent }) => intent.length))
  const intents = prompt.intents.map(
    ({ intent, p }) => `${intent.padEnd(width)}  ${paint('cyan', bar(p, 16))} ${formatShare(p).padStart(5)}`,
  )
  return [...labelled('Prompt', [facts.join(', ')]), ...labelled('Intents', intents)].join('\n')
}

function candidateTable({ ranked }: Decision, top: number): string {
  const rows = ranked.slice(0, top).map((candidate, index) => row(candidate, index === 0))
  const columns = [
    { title: ' ' },
    { title: 'Model' },
    { title: 'Provider' },
    { title: 'Quality' },
    { title: '$ / 1,000 calls', align: 'right' },
    { title: 'Latency', align: 'right' },
    { title: 'CO₂e', align: 'right' },
  ] as const
  const more = ranked.length > top ? `\n  ${paint('dim', `… and ${ranked.length - top} more (--top)`)}` : ''
  return table(columns, rows) + more
}

function row(candidate: Candidate, isChosen: boolean): string[] {
  const { endpoint, provider, quality, qualitySd, evidence, costUsd, latencyMs, carbonGrams } = candidate
  const predicted = `${evidence === 'prior' ? '~' : ' '}${quality.toFixed(2)}`
  const name = isChosen ? paint('bold', endpoint.model) : endpoint.model
  return [
    isChosen ? paint('green', '▸') : ' ',
    name,
    provider.name,
    `${paint(isChosen ? 'green' : 'cyan', bar(quality, 8))}${predicted} ${paint('dim', `±${qualitySd.toFixed(2)}`)}`,
    costUsd === undefined ? '?' : formatCost(costUsd * 1_000),
    formatDuration(latencyMs),
    formatCarbon(carbonGrams),
  ]
}

/** So many similar prompts are shown, and so many characters of each. */
const SHOWN_SIMILAR = 3
const SHOWN_CHARACTERS = 60

/** The recorded prompts that the prediction leans on, and how the models did on each. */
function similarPrompts({ similar = () => [], trust = 1 }: Decision): string {
  const lines = similar()
    .slice(0, SHOWN_SIMILAR)
    .map(({ text, similarity, quality }) => {
      const values = Object.values(quality)
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      const did = `  ${formatPlural(values.length, 'model')}: ${mean.toFixed(2)} on average`
      return `${formatShare(similarity).padStart(5)}  ${printable(text, SHOWN_CHARACTERS)}${paint('dim', did)}`
    })
  if (trust < 1)
    lines.push(`Little like what was learned from: ${formatShare(trust)} of what was learned is believed.`)
  return labelled('Similar', lines).join('\n')
}

function footnotes({ ranked, removed, baseline }: Decision): string {
  const guesses = ranked.some(({ evidence }) => evidence === 'prior')
  const limits = removed.map(({ limit, endpoints }) => `${endpoints} by ${limit}`)
  const cost = ranked[0]?.costUsd
  return [
    ...(limits.length > 0
      ? labelled('Ruled out', [`${limits.join(', ')} ${paint('dim', '(endpoints)')}`])
      : []),
    ...(baseline === undefined || cost === undefined ? [] : labelled('Saving', [saving(cost, baseline)])),
    ...(guesses
      ? labelled('~', ['nobody has rated this model: its quality is estimated from its date, size and maker'])
      : []),
  ].join('\n')
}

function saving(costUsd: number, baseline: NonNullable<Decision['baseline']>): string {
  const { model, costUsd: would } = baseline
  if (!(would > 0)) return `${model} for everything would cost nothing`
  const share = formatShare(Math.abs(1 - costUsd / would))
  const compared = costUsd <= would ? `${share} less` : `${share} more`
  return `${compared} than ${model} for everything (${formatCost(would * 1_000)} for 1,000 such calls)`
}

function labelled(label: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => `  ${paint('dim', (index === 0 ? label : '').padEnd(10))} ${line}`)
}
