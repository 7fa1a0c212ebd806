import { type BaselineRow, baselineRows } from '../learn/evaluate/baseline-rows.ts'
import type { CostShares, Evaluation } from '../learn/evaluate/evaluation.ts'
import { verdictOn } from '../learn/evaluate/verdict.ts'
import { bar, formatCost, formatDuration, formatPlural, formatShare } from './format.ts'
import { sharesTable } from './shares-table.ts'
import { paint, printable, table } from './terminal.ts'

/** An evaluation for a person at a terminal: the verdict first, then the router beside what it must beat. */
export function evaluationText(evaluation: Evaluation): string {
  const sections = [
    headline(evaluation),
    strategies(evaluation),
    costs(evaluation),
    sharesTable(evaluation.shares),
    figures(evaluation),
  ]
  return `\n${sections.filter((section) => section !== '').join('\n\n')}\n`
}

const COLOURS = { beats: 'green', ties: 'yellow', worse: 'red' } as const

function headline(evaluation: Evaluation): string {
  const { kind, sentence } = verdictOn(evaluation)
  const { prompts, models, splitName, duplicates, policy } = evaluation
  const facts = [
    formatPlural(prompts, 'prompt'),
    formatPlural(models.length, 'model'),
    splitName,
    ...(duplicates > 0 ? [`${formatPlural(duplicates, 'duplicate')} kept on one side`] : []),
    ...(policy === undefined ? [] : [`policy ${policy}`]),
  ]
  return `${paint(COLOURS[kind], '→')} ${paint(['bold', COLOURS[kind]], sentence)}\n  ${paint('dim', facts.join(', '))}`
}

function strategies(evaluation: Evaluation): string {
  const columns = [
    { title: ' ' },
    { title: 'Strategy' },
    { title: 'Model' },
    { title: 'Quality' },
    { title: '$ / 1,000 prompts', align: 'right' },
    { title: 'of best', align: 'right' },
  ] as const
  return table(
    columns,
    baselineRows(evaluation).map((row) => strategyRow(row, evaluation.bestSingle.costUsd)),
  )
}

function strategyRow({ name, model, point, isRouter }: BaselineRow, bestUsd: number): string[] {
  const share = point.costUsd / bestUsd
  return [
    isRouter ? paint('green', '▸') : ' ',
    isRouter ? paint('bold', name) : name,
    printable(model ?? '', 40),
    `${paint(isRouter ? 'green' : 'cyan', bar(point.quality, 8))} ${point.quality.toFixed(3)}`,
    formatCost(point.costUsd * 1_000),
    Number.isFinite(share) ? formatShare(share) : '?',
  ]
}

function costs({ costAt, zeroCostAt, singles }: Evaluation): string {
  if (singles.every(({ costUsd }) => Number.isNaN(costUsd)))
    return paint('dim', '  No costs in this data, so nothing is said about savings.')
  const row = (name: string, at: CostShares) => [
    name,
    ...[at['0.95'], at['0.99'], at['1.00']].map((share) =>
      share === undefined ? 'never' : formatShare(share),
    ),
  ]
  const columns = [
    { title: '  Cost to keep … of the best single model’s quality' },
    { title: '95 %', align: 'right' },
    { title: '99 %', align: 'right' },
    { title: '100 %', align: 'right' },
  ] as const
  return table(columns, [row('  router', costAt), row('  zero router', zeroCostAt)])
}

function figures({ aiq, zeroAiq, twoModels, calibration, msPerDecision }: Evaluation): string {
  return [
    ...(Number.isNaN(aiq)
      ? []
      : labelled('AIQ', `${aiq.toFixed(3)} ${paint('dim', `(zero router ${zeroAiq.toFixed(3)})`)}`)),
    ...(twoModels === undefined
      ? []
      : labelled(
          'APGR',
          `${twoModels.apgr.toFixed(3)}, CPT(50 %) ${formatShare(twoModels.cpt50)}, CPT(80 %) ${formatShare(twoModels.cpt80)} ${paint('dim', '(chance: 0.5, 50 %, 80 %)')}`,
        )),
    ...labelled(
      'Calibrated',
      `to ${calibration.ece.toFixed(3)} ${paint('dim', '(expected calibration error, 15 bins)')}`,
    ),
    ...labelled(
      'Decision',
      `p50 ${formatDuration(msPerDecision.p50)}, p99 ${formatDuration(msPerDecision.p99)}`,
    ),
  ].join('\n')
}

function labelled(label: string, text: string): string[] {
  return [`  ${paint('dim', label.padEnd(10))} ${text}`]
}
