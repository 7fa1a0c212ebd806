import { drillConfig } from '../simulate/drill/drill-hosts.ts'
import { DRILLS } from '../simulate/drill/drills.ts'
import type { PhaseReport, ReportCard } from '../simulate/drill/report-card.ts'
import { formatDuration, formatPercent } from './format.ts'
import { paint, table } from './terminal.ts'

/** The drills there are, and what a gateway needs for them. */
export function drillsText(port: number): string {
  const drills = table(
    [{ title: 'Drill' }, { title: 'What is practised' }, { title: 'Takes', align: 'right' }],
    Object.entries(DRILLS).map(([name, { what, phases }]) => [
      name,
      what,
      formatDuration(phases.reduce((sum, { seconds }) => sum + seconds, 0) * 1000),
    ]),
  )
  return `${drills}\n\nFor a drill the gateway needs these lines in its meritorder.yaml:\n\n${drillConfig(port)}`
}

/** A report card for people. */
export function reportCardText(drill: string, { phases, checks, passed }: ReportCard): string {
  const rows = table(
    [
      { title: 'Phase' },
      { title: 'Injected' },
      { title: 'at' },
      { title: 'Calls', align: 'right' },
      { title: 'answered', align: 'right' },
      { title: 'cut, told', align: 'right' },
      { title: 'p50', align: 'right' },
      { title: 'p99', align: 'right' },
      { title: 'tried it', align: 'right' },
      { title: 'kept away after', align: 'right' },
    ],
    phases.map(phaseRow),
  )
  const width = Math.max(...checks.map(({ name }) => name.length))
  const lines = checks.map(({ name, ok, detail }) => `${mark(ok)} ${name.padEnd(width)}  ${detail}`)
  const verdict = passed ? paint('green', 'passed') : paint('red', 'failed')
  return `${rows}\n\n${lines.join('\n')}\n\n${drill}: ${verdict}`
}

function phaseRow(phase: PhaseReport): string[] {
  const { name, injected, host, calls, answered, cutAndTold, latencyMs, addedMs, triedHost } = phase
  return [
    name,
    injected ?? '',
    host ?? '',
    String(calls),
    formatPercent(answered),
    cutAndTold === 0 ? '' : String(cutAndTold),
    addedMs === null ? formatDuration(latencyMs.p50) : added(addedMs.p50),
    addedMs === null ? formatDuration(latencyMs.p99) : added(addedMs.p99),
    triedHost === null ? '' : String(triedHost),
    keptAway(phase),
  ]
}

function keptAway({ triedHost, keptAwayAfterMs }: PhaseReport): string {
  if (triedHost === null) return ''
  return keptAwayAfterMs === null ? 'never' : formatDuration(keptAwayAfterMs)
}

function added(ms: number): string {
  return Number.isNaN(ms) ? '?' : `${ms < 0 ? '−' : '+'}${formatDuration(Math.abs(ms))}`
}

function mark(ok: boolean | null): string {
  if (ok === null) return paint('dim', '–')
  return ok ? paint('green', '✔') : paint('red', '✘')
}
