import { formatCost, formatPlural, formatShare } from './format.ts'
import { leftOutText } from './left-out-text.ts'
import type { ReplayReport } from './replay-report.ts'
import { paint, printable, table } from './terminal.ts'

type Measure = NonNullable<ReplayReport['quality']>
type Interval = Measure['logged']

const MODELS_SHOWN = 12

/** A replay for a person at a terminal: what can be said first, then the figures behind it. */
export function replayText(report: ReplayReport): string {
  const { policy, calls, same_choice, quality, cost, left_out } = report
  const sections = [
    `${paint('bold', `Policy ${policy}`)} on ${formatPlural(calls, 'recorded call')}; it would have chosen the same model in ${calls === 0 ? 0 : formatShare(same_choice / calls)}.`,
    quality === null
      ? `${paint('yellow', '?')} Quality: none of these calls was rated. docs/feedback.md says how.`
      : verdict('Quality', quality, (value) => value.toFixed(3)),
    cost === null
      ? `${paint('yellow', '?')} Cost: none of these calls has a known price.`
      : verdict('Cost per 1,000 calls', cost, (value) => formatCost(1_000 * value)),
    models(report),
    leftOutText(left_out, 'call'),
  ]
  return `\n${sections.filter((section) => section !== '').join('\n\n')}\n`
}

const MARKS = {
  better: paint('green', '→'),
  worse: paint('red', '→'),
  'no-difference-shown': paint('yellow', '='),
  'cannot-tell': paint('yellow', '?'),
} as const

const WORDS = {
  better: 'better',
  worse: 'worse',
  'no-difference-shown': 'no difference shown',
  'cannot-tell': 'the log cannot tell',
} as const

function verdict(name: string, measure: Measure, format: (value: number) => string): string {
  const row = (title: string, interval: Interval) => [
    title,
    interval === null ? '?' : format(interval.mean),
    interval === null ? '' : `[${format(interval.low)}, ${format(interval.high)}]`,
  ]
  const rows = [
    row('as logged', measure.logged),
    row('on trial, doubly robust', measure.doubly_robust),
    row('on trial, inverse propensity', measure.inverse_propensity),
    row('on trial, predictions alone', measure.direct),
  ]
  return [
    `${MARKS[measure.verdict]} ${paint('bold', `${name}: ${WORDS[measure.verdict]}.`)} ${measure.why}`,
    table([{ title: '' }, { title: 'mean', align: 'right' }, { title: '95 %' }], rows),
    paint(
      'dim',
      `${formatPlural(measure.calls, 'call')}, worth ${Math.round(measure.effective_calls)} made alike; the log could have chosen alike in ${measure.overlap === null ? '?' : formatShare(Math.min(1, measure.overlap.mean))}`,
    ),
  ].join('\n')
}

function models({ models, calls }: ReplayReport): string {
  if (calls === 0) return ''
  return table(
    [{ title: 'Model' }, { title: 'As logged', align: 'right' }, { title: 'On trial', align: 'right' }],
    models
      .slice(0, MODELS_SHOWN)
      .map(({ model, logged, on_trial }) => [
        printable(model, 50),
        formatShare(logged / calls),
        formatShare(on_trial / calls),
      ]),
  )
}
