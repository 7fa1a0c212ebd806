import type { Evaluation, ModelPoint } from './evaluation.ts'
import { type Point, qualityAt } from './frontier.ts'
import { type PlacedLabel, placeLabels } from './place-labels.ts'
import { type Axis, axesSvg, escaped, type Frame, fixed, linearAxis, logAxis, pathOf } from './svg-chart.ts'

const FRAME: Frame = { left: 76, right: 880, top: 24, bottom: 440 }
/** Costs that spread by more than this factor are drawn on a logarithmic axis. */
const WIDE = 12

/**
 * Cost against quality as an SVG: single models as named dots, the ways to choose as named squares, the router with the
 * interval of its difference to the best single model, what it reaches at all its exchange rates, the zero router, the
 * oracle, and the level of the best single model. What lies far below everything else is named under the axis instead of
 * squeezing the rest. Undefined where no model's cost is known.
 */
export function costQualityPlot(evaluation: Evaluation): string | undefined {
  const { routerHull, zeroHull, bestSingle } = evaluation
  const priced = evaluation.singles.filter(hasCost)
  if (priced.length === 0 || routerHull.length === 0) return undefined
  const marked = marksOf(evaluation).filter(({ point }) => hasCost(point))
  const all = [...priced, ...marked.map(({ point }) => point), ...routerHull]
  const x = costAxis(all)
  const floor = floorOf(priced)
  const y = qualityAxis(all.filter(({ quality }) => quality >= floor))
  const singles = priced.filter(({ quality }) => quality >= floor)
  const at = ({ costUsd, quality }: Point) => ({ x: x.place(costUsd), y: y.place(quality) })
  const level = fixed(y.place(bestSingle.quality))
  const right = Math.max(...priced.map(({ costUsd }) => costUsd))
  const names = [
    ...marked.map(({ point, name }) => ({ ...at(point), text: name })),
    ...singles.map((single) => ({ ...at(single), text: shortName(single.model) })),
  ]
  const lines = [...along(routerHull, right, 80), ...along(zeroHull, right, 80)].map(at)
  const levelDots = Array.from({ length: 80 }, (_, i) => ({
    x: FRAME.left + ((FRAME.right - FRAME.left) * i) / 79,
    y: y.place(bestSingle.quality),
  }))
  const labels = placeLabels(names, [...lines, ...levelDots], { ...FRAME, top: 4 })
  return [
    `<svg viewBox="0 0 900 500" role="img" aria-label="Cost per 1,000 prompts against mean quality">`,
    axesSvg(
      FRAME,
      {
        ...x,
        title: `cost, USD per 1,000 prompts${isWide(all) ? ' (logarithmic)' : ''}`,
        write: usdPerThousand,
      },
      { ...y, title: 'mean quality, 0 to 1', write: String },
    ),
    `<path class="level" d="M${FRAME.left} ${level}H${FRAME.right}"/>`,
    `<path class="zero" d="${lineOf(zeroHull, right, x, y)}"/>`,
    `<path class="hull" d="${lineOf(routerHull, right, x, y)}"/>`,
    ...singles.map((single) => {
      const { x: cx, y: cy } = at(single)
      return `<circle class="single" cx="${fixed(cx)}" cy="${fixed(cy)}" r="4.5">${titleOf(single.model, single)}</circle>`
    }),
    ...marked.toReversed().map(({ point, name, kind }) => markSvg(at(point), kind, titleOf(name, point))),
    intervalSvg(evaluation, x, y),
    ...labels.flatMap((label, i) => leaderSvg(names[i]!, label)),
    ...labels.slice(marked.length).map((label) => nameSvg(label, 'name')),
    ...labels.slice(0, marked.length).map((label, i) => nameSvg(label, `name ${marked[i]!.kind}-name`)),
    belowSvg(priced.filter(({ quality }) => quality < floor)),
    '</svg>',
  ].join('\n')
}

interface Mark {
  readonly name: string
  readonly kind: 'router' | 'oracle' | 'baseline'
  readonly point: Point
}

function marksOf({ router, oracle, neighbours, taskOracle, random }: Evaluation): readonly Mark[] {
  return [
    { name: 'router', kind: 'router', point: router },
    { name: 'oracle', kind: 'oracle', point: oracle },
    { name: '100 nearest prompts', kind: 'baseline', point: neighbours },
    ...(taskOracle === undefined
      ? []
      : [{ name: 'task oracle', kind: 'baseline', point: taskOracle } as const]),
    { name: 'random mix', kind: 'baseline', point: random },
  ]
}

function hasCost({ costUsd }: Point): boolean {
  return !Number.isNaN(costUsd)
}

/**
 * Models below this quality are left out of the frame: farther below the lower quartile than three times the distance
 * from there to the best one (Tukey's far-out fence, with the better half of the box), of four models or more.
 */
function floorOf(singles: readonly Point[]): number {
  const sorted = singles.map(({ quality }) => quality).sort((a, b) => a - b)
  if (sorted.length < 4) return 0
  const quartile = sorted[Math.floor(sorted.length / 4)]!
  return quartile - 3 * Math.max(sorted.at(-1)! - quartile, 0.01)
}

function titleOf(name: string, { quality, costUsd }: Point): string {
  return `<title>${escaped(name)}: ${quality.toFixed(3)} at $${usdPerThousand(costUsd)}</title>`
}

/** Where the router's quality lies if the best single model's is as drawn. */
function intervalSvg({ router, bestSingle, gain }: Evaluation, x: Axis, y: Axis): string {
  if (!hasCost(router)) return ''
  const at = fixed(x.place(router.costUsd))
  const [low, high] = [gain.low, gain.high].map((difference) =>
    fixed(y.place(bestSingle.quality + difference)),
  )
  return `<path class="interval" d="M${at} ${low}V${high}m-10 0h20M${at} ${low}m-10 0h20"/>`
}

function belowSvg(models: readonly ModelPoint[]): string {
  if (models.length === 0) return ''
  const told = models.map(
    ({ model, quality, costUsd }) =>
      `${escaped(shortName(model))} ${quality.toFixed(2)} at $${usdPerThousand(costUsd)}`,
  )
  return `<text class="tick" x="${FRAME.right}" y="${FRAME.bottom - 8}" text-anchor="end">below the frame: ${told.join(', ')}</text>`
}

/** A line from a point to its name, where that stands so far off that it could be another's. */
function leaderSvg(
  point: { readonly x: number; readonly y: number },
  { x, y }: PlacedLabel,
): readonly string[] {
  if (Math.abs(y - point.y) < 22) return []
  const end = y > point.y ? y - 11 : y + 3
  return [`<path class="leader" d="M${fixed(point.x)} ${fixed(point.y)}L${fixed(x)} ${fixed(end)}"/>`]
}

function nameSvg({ x, y, anchor, text }: PlacedLabel, kind: string): string {
  return `<text class="${kind}" x="${fixed(x)}" y="${fixed(y)}" text-anchor="${anchor}">${escaped(text)}</text>`
}

/** A diamond; a square for what is there to compare with. */
function markSvg(
  { x, y }: { readonly x: number; readonly y: number },
  kind: Mark['kind'],
  title: string,
): string {
  const shape =
    kind === 'baseline'
      ? `M${fixed(x - 4)} ${fixed(y - 4)}h8v8h-8z`
      : `M${fixed(x)} ${fixed(y - 8)}l8 8l-8 8l-8 -8z`
  return `<path class="mark ${kind}" d="${shape}">${title}</path>`
}

/**
 * Straight pieces bend on a logarithmic axis, so they are drawn in small steps, from where they enter the frame; level
 * from the last point on.
 */
function lineOf(hull: readonly Point[], untilUsd: number, x: Axis, y: Axis): string {
  return pathOf(
    along(hull, untilUsd, 240)
      .map(({ costUsd, quality }) => [x.place(costUsd), y.place(quality)] as const)
      .filter(([, height]) => height <= FRAME.bottom),
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
  if (isWide(points)) {
    const margin = (most / least) ** 0.06
    return logAxis(least / margin, most * margin, FRAME.left, FRAME.right)
  }
  return linearAxis(0, most > 0 ? most * 1.06 : 1, FRAME.left, FRAME.right)
}

function isWide(points: readonly Point[]): boolean {
  const costs = points.map(({ costUsd }) => costUsd)
  const least = Math.min(...costs)
  return least > 0 && Math.max(...costs) / least > WIDE
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
