import type { Evaluation } from './evaluation.ts'
import { type Point, qualityAt } from './frontier.ts'
import { type PlacedLabel, placeLabels } from './place-labels.ts'
import { type Axis, axesSvg, escaped, type Frame, fixed, linearAxis, logAxis, pathOf } from './svg-chart.ts'

const FRAME: Frame = { left: 76, right: 880, top: 24, bottom: 440 }
/** Costs that spread by more than this factor are drawn on a logarithmic axis. */
const WIDE = 12

/**
 * Cost against quality as an SVG: single models as named points, what the router reaches at all its exchange rates,
 * the zero router, the oracle, and the level of the best single model. Undefined where no model's cost is known.
 */
export function costQualityPlot(evaluation: Evaluation): string | undefined {
  const { singles, router, oracle, routerHull, zeroHull, bestSingle } = evaluation
  const priced = singles.filter(({ costUsd }) => !Number.isNaN(costUsd))
  if (priced.length === 0 || routerHull.length === 0) return undefined
  const marked = [router, oracle].filter(({ costUsd }) => !Number.isNaN(costUsd))
  const x = costAxis([...priced, ...marked, ...routerHull])
  const y = qualityAxis([...priced, ...marked, ...routerHull])
  const at = ({ costUsd, quality }: Point) => ({ x: x.place(costUsd), y: y.place(quality) })
  const level = fixed(y.place(bestSingle.quality))
  const right = Math.max(...priced.map(({ costUsd }) => costUsd))
  const names = [
    ...marked.map((point, i) => ({ ...at(point), text: i === 0 ? 'router' : 'oracle' })),
    ...priced.map((single) => ({ ...at(single), text: shortName(single.model) })),
  ]
  const lines = [...along(routerHull, right, 80), ...along(zeroHull, right, 80)].map(at)
  const levelDots = Array.from({ length: 80 }, (_, i) => ({
    x: FRAME.left + ((FRAME.right - FRAME.left) * i) / 79,
    y: y.place(bestSingle.quality),
  }))
  const labels = placeLabels(names, [...lines, ...levelDots], { ...FRAME, top: 4 })
  return [
    `<svg viewBox="0 0 900 490" role="img" aria-label="Cost per 1,000 prompts against quality">`,
    axesSvg(
      FRAME,
      { ...x, title: 'USD per 1,000 prompts', write: (usd) => usdPerThousand(usd) },
      { ...y, title: 'mean quality', write: (quality) => String(quality) },
    ),
    `<path class="level" d="M${FRAME.left} ${level}H${FRAME.right}"/>`,
    `<path class="zero" d="${lineOf(zeroHull, right, x, y)}"/>`,
    `<path class="hull" d="${lineOf(routerHull, right, x, y)}"/>`,
    ...priced.map((single) => {
      const { x: cx, y: cy } = at(single)
      return `<circle class="single" cx="${fixed(cx)}" cy="${fixed(cy)}" r="4.5"><title>${escaped(single.model)}: ${single.quality.toFixed(3)} at $${usdPerThousand(single.costUsd)}</title></circle>`
    }),
    ...marked.map((point, i) => markSvg(at(point), i === 0 ? 'router' : 'oracle')),
    ...labels.slice(marked.length).map((label) => nameSvg(label, 'name')),
    ...labels.slice(0, marked.length).map((label) => nameSvg(label, 'name mine')),
    '</svg>',
  ].join('\n')
}

function nameSvg({ x, y, anchor, text }: PlacedLabel, kind: string): string {
  return `<text class="${kind}" x="${fixed(x)}" y="${fixed(y)}" text-anchor="${anchor}">${escaped(text)}</text>`
}

/** A diamond. */
function markSvg({ x, y }: { readonly x: number; readonly y: number }, kind: 'router' | 'oracle'): string {
  return `<path class="mark ${kind}" d="M${fixed(x)} ${fixed(y - 8)}l8 8l-8 8l-8 -8z"><title>${kind}</title></path>`
}

/** Straight pieces bend on a logarithmic axis, so they are drawn in small steps; level from the last point on. */
function lineOf(hull: readonly Point[], untilUsd: number, x: Axis, y: Axis): string {
  return pathOf(
    along(hull, untilUsd, 240).map(({ costUsd, quality }) => [x.place(costUsd), y.place(quality)] as const),
  )
}

function along(hull: readonly Point[], untilUsd: number, steps: number): readonly Point[] {
  const from = hull[0]!.costUsd
  const until = Math.max(untilUsd, hull.at(-1)!.costUsd)
  const isLog = from > 0 && until / from > WIDE
  const costs = Array.from({ length: steps + 1 }, (_, i) =>
    isLog ? from * (until / from) ** (i / steps) : from + ((until - from) * i) / steps,
  )
  return [...costs, ...hull.map(({ costUsd }) => costUsd)]
    .map((cost) => Math.min(cost, until))
    .sort((a, b) => a - b)
    .map((costUsd) => ({ costUsd, quality: qualityAt(hull, costUsd) }))
}

function costAxis(points: readonly Point[]): Axis {
  const costs = points.map(({ costUsd }) => costUsd)
  const least = Math.min(...costs)
  const most = Math.max(...costs)
  if (least > 0 && most / least > WIDE) {
    const margin = (most / least) ** 0.06
    return logAxis(least / margin, most * margin, FRAME.left, FRAME.right)
  }
  return linearAxis(0, most > 0 ? most * 1.06 : 1, FRAME.left, FRAME.right)
}

function qualityAxis(points: readonly Point[]): Axis {
  const qualities = points.map(({ quality }) => quality)
  const least = Math.min(...qualities)
  const most = Math.max(...qualities)
  const margin = Math.max(0.01, (most - least) * 0.08)
  return linearAxis(Math.max(0, least - margin), Math.min(1, most + margin), FRAME.bottom, FRAME.top)
}

function usdPerThousand(usd: number): string {
  return String(Number((usd * 1000).toPrecision(3)))
}

/** The name without its author, which the tooltip and the table have. */
function shortName(model: string): string {
  const name = model.slice(model.lastIndexOf('/') + 1)
  return name.length > 32 ? `${name.slice(0, 31)}…` : name
}
