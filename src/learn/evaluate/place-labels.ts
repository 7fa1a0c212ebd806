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
const CHARACTER = 6.8
const LINE = 13
const POINT_RADIUS = 6
const DOT_RADIUS = 2
/** How bad a square unit is: on another name or point, on a line, outside the frame. */
const ON_MARK = 1
const ON_LINE = 0.15
const OUTSIDE = 10

/**
 * Finds a place for each name within the frame, beside its point and clear of the other names, of all points and of
 * lines (given as dots along them), as far as there is one: each takes the best of a few places, in the order given.
 */
export function placeLabels(
  points: readonly Labelled[],
  lines: readonly { readonly x: number; readonly y: number }[],
  frame: Frame,
): readonly PlacedLabel[] {
  const dots = lines.map((dot) => around(dot, DOT_RADIUS))
  const marks = points.map((point) => around(point, POINT_RADIUS))
  return points.map((point) => {
    const tried = PLACES.map(({ dx, dy, anchor, farness }) => {
      const label = { x: point.x + dx, y: point.y + dy, text: point.text, anchor }
      const box = boxOf(label)
      const badness =
        farness + ON_MARK * covered(box, marks) + ON_LINE * covered(box, dots) + OUTSIDE * beyond(box, frame)
      return { label, box, badness }
    })
    const best = tried.reduce((least, one) => (one.badness < least.badness ? one : least))
    marks.push(best.box)
    return best.label
  })
}

/** Where a name may stand, seen from its point, and how hard it is to see there whose name it is. */
const PLACES = [
  { dx: 12, dy: 4, anchor: 'start', farness: 0 },
  { dx: -12, dy: 4, anchor: 'end', farness: 0 },
  { dx: 0, dy: -11, anchor: 'middle', farness: 10 },
  { dx: 0, dy: 19, anchor: 'middle', farness: 10 },
  ...[-12, 20, -24, 32, -38, 46, -52, 60].flatMap((dy) => [
    { dx: 6, dy, anchor: 'start' as const, farness: 6 * Math.abs(dy - 4) },
    { dx: -6, dy, anchor: 'end' as const, farness: 6 * Math.abs(dy - 4) },
  ]),
] as const

function around({ x, y }: { readonly x: number; readonly y: number }, radius: number): Box {
  return { left: x - radius, right: x + radius, top: y - radius, bottom: y + radius }
}

function boxOf({ x, y, text, anchor }: PlacedLabel): Box {
  const width = text.length * CHARACTER
  const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2
  return { left, right: left + width, top: y - LINE + 3, bottom: y + 3 }
}

function covered(box: Box, others: readonly Box[]): number {
  return others.reduce((sum, other) => sum + overlap(box, other), 0)
}

function beyond(box: Box, frame: Box): number {
  return (box.right - box.left) * (box.bottom - box.top) - overlap(box, frame)
}

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left)
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
  return width > 0 && height > 0 ? width * height : 0
}
