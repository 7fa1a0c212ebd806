/** What a way of choosing models costs and yields per prompt, on average. */
export interface Point {
  /** USD per prompt */
  readonly costUsd: number
  /** 0..1 */
  readonly quality: number
}

/**
 * The non-decreasing upper hull of the points, cheapest first: what mixing them by chance can reach (RouterBench,
 * Hu et al. 2024, §3). Points without a cost are left out.
 */
export function upperHull(points: readonly Point[]): readonly Point[] {
  const sorted = points
    .filter(({ costUsd, quality }) => Number.isFinite(costUsd) && Number.isFinite(quality))
    .sort((a, b) => a.costUsd - b.costUsd || b.quality - a.quality)
  const hull: Point[] = []
  for (const point of sorted) {
    const last = hull.at(-1)
    if (last !== undefined && point.quality <= last.quality) continue
    while (hull.length >= 2 && !turnsRight(hull.at(-2)!, hull.at(-1)!, point)) hull.pop()
    hull.push(point)
  }
  return hull
}

/** The quality that a hull reaches at a cost; level beyond its ends, as RouterBench extends it. NaN for no hull. */
export function qualityAt(hull: readonly Point[], costUsd: number): number {
  const next = hull.findIndex((point) => point.costUsd >= costUsd)
  if (next === -1) return hull.at(-1)?.quality ?? Number.NaN
  const to = hull[next]!
  const from = hull[next - 1]
  if (from === undefined) return to.quality
  return from.quality + (to.quality - from.quality) * ((costUsd - from.costUsd) / (to.costUsd - from.costUsd))
}

/** The least cost (USD) at which a hull reaches a quality, linear between its points; undefined where it never does. */
export function costOf(hull: readonly Point[], quality: number): number | undefined {
  const next = hull.findIndex((point) => point.quality >= quality - ROUNDING)
  const to = hull[next]
  if (to === undefined) return undefined
  const from = hull[next - 1]
  if (from === undefined || to.quality <= quality) return to.costUsd
  return from.costUsd + (to.costUsd - from.costUsd) * ((quality - from.quality) / (to.quality - from.quality))
}

/**
 * Average improvement in quality (RouterBench, §3.3): the area under the hull between two costs, divided by their
 * distance. NaN where there is no hull or no distance.
 */
export function averageQuality(hull: readonly Point[], fromUsd: number, toUsd: number): number {
  if (hull.length === 0 || !(toUsd > fromUsd)) return Number.NaN
  const inside = hull.map(({ costUsd }) => costUsd).filter((cost) => cost > fromUsd && cost < toUsd)
  const stops = [fromUsd, ...inside, toUsd]
  let area = 0
  for (let i = 1; i < stops.length; i++)
    area += ((qualityAt(hull, stops[i - 1]!) + qualityAt(hull, stops[i]!)) / 2) * (stops[i]! - stops[i - 1]!)
  return area / (toUsd - fromUsd)
}

/** Sums of the same figures in another order differ by less than this. */
const ROUNDING = 1e-12

function turnsRight(a: Point, b: Point, c: Point): boolean {
  return (b.quality - a.quality) * (c.costUsd - b.costUsd) > (c.quality - b.quality) * (b.costUsd - a.costUsd)
}
