import type { TrainReport } from '../train/train-report.ts'
import { formatCost, formatPlural } from './format.ts'
import { leftOutText } from './left-out-text.ts'
import { paint, table } from './terminal.ts'

const COLOURS = {
  better: 'green',
  cheaper: 'green',
  'no-difference-shown': 'yellow',
  'cannot-tell': 'yellow',
  same: 'yellow',
  worse: 'red',
} as const

/** What a training did, for a person at a terminal: the verdict, then the ways compared, then what became of it. */
export function trainText(report: TrainReport): string {
  const sections = [
    [headline(report), ...report.why].join('\n'),
    waysText(report),
    [
      `Fitted on ${formatPlural(report.fitted.outcomes, 'outcome')} of ${formatPlural(report.models.length, 'model')} on ${formatPlural(report.fitted.prompts, 'prompt')} (${report.fitted.sources.map(({ name }) => name).join(', ')}).`,
      ...(report.left_out.length > 0 ? [leftOutText(report.left_out, 'call')] : []),
      ...(report.comparisons_left_out.length > 0
        ? [leftOutText(report.comparisons_left_out, 'comparison')]
        : []),
      nextStep(report),
    ].join('\n'),
  ]
  return `\n${sections.filter((section) => section !== '').join('\n\n')}\n`
}

function headline({ verdict, version, promoted }: TrainReport): string {
  const colour = COLOURS[verdict]
  const what = promoted ? 'is in force now' : verdict === 'same' ? 'is in force already' : 'is not in force'
  return `${paint(colour, '→')} ${paint(['bold', colour], `${version}: ${verdict.replaceAll('-', ' ')}, ${what}.`)}`
}

const NAMES = {
  challenger: 'the new one',
  champion: 'what is in force',
  best_single: 'best single model',
  cheapest_in_band: 'cheapest single model within the band',
} as const

function waysText({ held_out }: TrainReport): string {
  if (held_out === null) return ''
  const rows = Object.entries(NAMES).map(([way, name]) => {
    const { quality, cost } = held_out.ways[way as keyof typeof NAMES]
    return [
      name,
      quality === null
        ? '?'
        : `${quality.mean.toFixed(3)} [${quality.low.toFixed(3)}, ${quality.high.toFixed(3)}]`,
      cost === null ? '?' : formatCost(cost.mean * 1_000),
    ]
  })
  return table(
    [
      { title: `On ${formatPlural(held_out.prompts, 'held-out prompt')}` },
      { title: 'Quality' },
      { title: '$ / 1,000 calls', align: 'right' },
    ],
    rows,
  )
}

function nextStep({ promoted, kept, verdict, version }: TrainReport): string {
  if (promoted) return 'A gateway that runs uses it from now on. Undo it: meritorder predictors rollback'
  if (verdict === 'same' || !kept) return ''
  return `It is kept. Promote it all the same: meritorder predictors promote ${version}`
}
