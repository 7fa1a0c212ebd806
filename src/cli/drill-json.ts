import type { Percentiles, PhaseReport, ReportCard } from '../simulate/drill/report-card.ts'

/** A report card as `--json` has it. */
export function reportCardJson(drill: string, url: string, { passed, phases, checks }: ReportCard) {
  return { drill, url, passed, phases: phases.map(phaseJson), checks }
}

function phaseJson(phase: PhaseReport) {
  return {
    phase: phase.name,
    injected: phase.injected,
    host: phase.host,
    calls: phase.calls,
    answered: phase.answered,
    cut_and_told: phase.cutAndTold,
    untold: phase.untold,
    latency_ms: numbers(phase.latencyMs),
    added_ms: phase.addedMs && numbers(phase.addedMs),
    tried_host: phase.triedHost,
    kept_away_after_ms: phase.keptAwayAfterMs,
    records_wrong: phase.recordsWrong,
  }
}

/** Null where nothing was answered. */
function numbers({ p50, p99 }: Percentiles) {
  return { p50: Number.isNaN(p50) ? null : p50, p99: Number.isNaN(p99) ? null : p99 }
}
