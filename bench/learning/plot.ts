import { axesSvg, type Frame, fixed, linearAxis, pathOf } from '../../src/learn/evaluate/svg-chart.ts'
import type { Report } from './report.ts'

const QUALITY: Frame = { left: 76, right: 700, top: 24, bottom: 330 }
const COST: Frame = { left: 76, right: 700, top: 410, bottom: 560 }
const STYLE = `text{font:13px system-ui,sans-serif;fill:#334155}.title{font-weight:600}.grid{stroke:#e2e8f0;fill:none}.learning{stroke:#0f766e;stroke-width:2.5;fill:none}.band{fill:#0f766e;opacity:.15}.callers{fill:#0f766e;opacity:.55}.level{stroke:#94a3b8;stroke-dasharray:5 4;fill:none}.back{fill:#fff}`

/** The levels that are drawn, in words. */
const NAMED = {
  oracle: 'oracle',
  offline: 'offline router',
  best: 'best single model',
  start: 'as shipped',
  random: 'random',
  cheapest: 'cheapest model',
} as const

/** Quality and cost per 1,000 calls over the calls, beside the levels of other ways to choose, as an SVG file. */
export function learningPlot(report: Report): string {
  const { milestones, levels } = report
  const x = linearAxis(0, milestones.at(-1)!.calls, QUALITY.left, QUALITY.right)
  const { oracle, ...drawn } = levels
  const band = milestones.map(({ calls, heldOut, gain }) => ({
    calls,
    low: heldOut.quality + gain.low - gain.mean,
    high: heldOut.quality + gain.high - gain.mean,
  }))
  const qualities = [
    drawn.best.quality,
    drawn.offline.quality,
    drawn.start.quality,
    ...band.flatMap(({ low, high }) => [low, high]),
    ...milestones.map(({ traffic }) => traffic.quality),
  ]
  const y = linearAxis(
    Math.min(...qualities) - 0.01,
    Math.max(...qualities) + 0.01,
    QUALITY.bottom,
    QUALITY.top,
  )
  const costs = [...Object.values(levels), ...milestones.map(({ heldOut }) => heldOut)].map(
    (one) => one.costUsd,
  )
  const costAxis = linearAxis(0, 1.1 * Math.max(...costs), COST.bottom, COST.top)
  const percent = (quality: number) => `${Number((100 * quality).toFixed(1))} %`
  const inView = (quality: number) => quality >= Math.min(...qualities) - 0.01
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 610" role="img" aria-label="Quality and cost over the calls, while the gateway learns from ratings"><style>${STYLE}</style><rect class="back" width="860" height="610"/>`,
    axesSvg(
      QUALITY,
      { ...x, title: 'calls', write: String },
      { ...y, title: 'mean quality', write: percent },
    ),
    axesSvg(
      COST,
      { ...x, title: 'calls', write: String },
      { ...costAxis, title: 'USD / 1,000', write: String },
    ),
    ...levelsOf(QUALITY, drawn, ({ quality }) => (inView(quality) ? y.place(quality) : undefined)),
    ...levelsOf(COST, levels, ({ costUsd }) => costAxis.place(costUsd)),
    `<path class="band" d="${pathOf([...band.map(({ calls, high }) => [x.place(calls), y.place(high)] as const), ...band.toReversed().map(({ calls, low }) => [x.place(calls), y.place(low)] as const)])}Z"/>`,
    `<path class="learning" d="${pathOf(milestones.map(({ calls, heldOut }) => [x.place(calls), y.place(heldOut.quality)] as const))}"/>`,
    `<path class="learning" d="${pathOf(milestones.map(({ calls, heldOut }) => [x.place(calls), costAxis.place(heldOut.costUsd)] as const))}"/>`,
    ...milestones.map(
      ({ calls, traffic }) =>
        `<circle class="callers" cx="${fixed(x.place(calls))}" cy="${fixed(y.place(traffic.quality))}" r="3"/>`,
    ),
    `<text x="${QUALITY.left + 8}" y="${QUALITY.top + 4}">Line: prompts held out, with 95 %. Dots: what callers of the last 1,000 calls got. Oracle: ${percent(oracle.quality)}.</text>`,
    '</svg>',
    '',
  ].join('\n')
}

/** Names stand apart where levels are close. */
const APART = 15

function levelsOf<L>(
  { left, right }: Frame,
  levels: Readonly<Partial<Record<keyof typeof NAMED, L>>>,
  place: (level: L) => number | undefined,
): string[] {
  const placed = Object.entries(levels)
    .map(([name, level]) => ({ name: NAMED[name as keyof typeof NAMED], at: place(level) }))
    .filter((one): one is { name: (typeof NAMED)[keyof typeof NAMED]; at: number } => one.at !== undefined)
    .sort((a, b) => a.at - b.at)
  let last = -APART
  return placed.map(({ name, at }) => {
    const text = Math.max(at, last + APART)
    last = text
    return `<path class="level" d="M${left} ${fixed(at)}H${right}"/><text x="${right + 8}" y="${fixed(text)}" dy=".35em">${name}</text>`
  })
}
