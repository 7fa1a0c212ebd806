import { stringify } from 'yaml'
import type { BandCalibration } from '../learn/calibrate/calibrate.ts'
import type { Interval } from '../learn/evaluate/bootstrap.ts'
import type { CalibrationTerms, WrittenPolicies } from './calibrated-policy.ts'
import { bar, formatCost, formatPercent, formatPlural } from './format.ts'
import { sharesTable } from './shares-table.ts'
import { paint, printable, table } from './terminal.ts'

/** A calibration for a person at a terminal: what is promised or why nothing is, the figures, the policy to paste. */
export function calibrationText(
  calibration: BandCalibration,
  terms: CalibrationTerms,
  policies: WrittenPolicies | undefined,
): string {
  const sections = [
    headline(calibration, terms),
    comparison(calibration),
    figures(calibration, terms),
    sharesTable(calibration.router.shares),
    ...(policies === undefined ? [] : [toPaste(policies)]),
  ]
  return `\n${sections.join('\n\n').trimEnd()}\n`
}

function headline(calibration: BandCalibration, terms: CalibrationTerms): string {
  const { isProven, prompts, withoutBaseline, router } = calibration
  const { models, folds, seed, duplicates } = terms
  const colour = isProven ? 'green' : 'yellow'
  const promise = promised(calibration, terms)
  const sentence = isProven
    ? `Within ${router.band} of the best predicted quality, ${promise}.`
    : `Not proven that ${promise}.`
  const facts = [
    formatPlural(prompts, 'different prompt'),
    formatPlural(models.length, 'model'),
    `${folds} folds (seed ${seed})`,
    ...(duplicates > 0 ? [`${formatPlural(duplicates, 'duplicate')} counted once`] : []),
    ...(withoutBaseline > 0 ? [`${withoutBaseline} left out for want of the baseline`] : []),
  ]
  return [
    `${paint(colour, '→')} ${paint(['bold', colour], sentence)}`,
    ...(isProven ? [] : [`  ${wayOut(calibration, terms)}`]),
    `  ${paint('dim', facts.join(', '))}`,
  ].join('\n')
}

function promised({ baseline }: BandCalibration, { keep, confidence }: CalibrationTerms): string {
  return `routing keeps at least ${formatPercent(keep)} of the quality of ${printable(baseline.model, 60)}, with ${formatPercent(confidence)} confidence`
}

function wayOut({ router, morePrompts }: BandCalibration, { keep }: CalibrationTerms): string {
  const seen = `Even the best predicted quality (band 0) was seen to keep ${formatPercent(router.qualityShare.mean)}`
  return morePrompts === undefined
    ? `${seen}, which is not above ${formatPercent(keep)}: no number of such prompts would prove it.`
    : `${seen}, but only ${formatPercent(router.provenShare)} are proven: about ${formatPlural(Number(morePrompts.toPrecision(2)), 'more prompt')} like these would do.`
}

function comparison({ baseline, router }: BandCalibration): string {
  const columns = [
    { title: ' ' },
    { title: 'Strategy' },
    { title: 'Quality' },
    { title: '$ / 1,000 prompts', align: 'right' },
  ] as const
  const row = (mark: string, name: string, quality: number, costUsd: number) => [
    mark,
    name,
    `${paint('cyan', bar(quality, 8))} ${quality.toFixed(3)}`,
    formatCost(costUsd * 1_000),
  ]
  return table(columns, [
    row(paint('green', '▸'), `router, band ${router.band}`, router.quality, router.costUsd),
    row(' ', printable(baseline.model, 40), baseline.quality, baseline.costUsd),
  ])
}

function figures({ router }: BandCalibration, { confidence }: CalibrationTerms): string {
  const { qualityShare, provenShare, costShare } = router
  const bound = `at least ${formatPercent(provenShare)} with ${formatPercent(confidence)} confidence, for this band alone`
  const lines = [
    ['Quality', `${interval(qualityShare)} of the baseline’s; ${bound}`],
    ...(Number.isFinite(costShare.mean) ? [['Cost', `${interval(costShare)} of the baseline’s`]] : []),
  ]
  return lines.map(([label = '', text]) => `  ${paint('dim', label.padEnd(10))} ${text}`).join('\n')
}

function interval({ mean, low, high }: Interval): string {
  return `${(mean * 100).toFixed(1)} % [${(low * 100).toFixed(1)}, ${(high * 100).toFixed(1)}]`
}

function toPaste(policies: WrittenPolicies): string {
  return `${paint('dim', '# For meritorder.yaml. It rests on what is learned from these outcomes: put that in force with meritorder fit.')}\n${stringify({ policy: { policies } }, { lineWidth: 0 })}`
}
