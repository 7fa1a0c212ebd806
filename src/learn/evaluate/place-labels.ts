import type { Frame } from './svg-chart.ts'

/** A point that wants its name beside it. */
export interface Labelled {
  readonly x: number
  readonly y: number
  readonly text: string
}

/** Where a name stands: the start, middle or end of its base line. */
export interface PlacedLabel extends Labelled {
  readonly anchor: 'start' | 'middle' | 'end'
}

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** About the width of a character and the height of a line at the labels' font size of 12. */
const CHARACTER = 6.4
const LINE = 13
const RADIUS = 6

/**
 * Finds a place for each name within the frame, beside its point and clear of the other names and of all points, as
 * far as there is one: each takes the best of a few places, in the order given.
 */
export function placeLabels(
  points: readonly Labelled[],
  obstacles: readonly { readonly x: number; readonly y: number }[],
  frame: Frame,
): readonly PlacedLabel[] {
  const taken: Box[] = [...points, ...obstacles].map(({ x, y }) => ({
    left: x - RADIUS,
    right: x + RADIUS,
    top: y - RADIUS,
    bottom: y + RADIUS,
  }))
  return points.map((point) => {
    const tried = placesAround(point).map((label) => {
      const box = boxOf(label)
      return {
        label,
        box,
        badness: taken.reduce((sum, other) => sum + overlap(box, other), outside(box, frame)),
      }
    })
    const best = tried.reduce((least, one) => (one.badness < least.badness ? one : least))
    taken.push(best.box)
    return best.label
  })
}

function placesAround({ x, y, text }: Labelled): readonly PlacedLabel[] {
  const near = [
    { dx: 9, dy: 4, anchor: 'start' as const },
    { dx: -9, dy: 4, anchor: 'end' as const },
    { dx: 0, dy: -10, anchor: 'middle' as const },
    { dx: 0, dy: 19, anchor: 'middle' as const },
  ]
  const slanted = [-12, 20, -24, 32].flatMap((dy) => [
    { dx: 6, dy, anchor: 'start' as const },
    { dx: -6, dy, anchor: 'end' as const },
  ])
  return [...near, ...slanted].map(({ dx, dy, anchor }) => ({ x: x + dx, y: y + dy, text, anchor }))
}

function boxOf({ x, y, text, anchor }: PlacedLabel): Box {
  const width = text.length * CHARACTER
  const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2
  return { left, right: left + width, top: y - LINE + 3, bottom: y + 3 }
}

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left)
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
  return width > 0 && height > 0 ? width * height : 0
}

/** What lies outside the frame counts ten times what lies on something else. */
function outside(box: Box, frame: Frame): number {
  const area = (box.right - box.left) * (box.bottom - box.top)
  return 10 * (area - overlap(box, frame))
}
