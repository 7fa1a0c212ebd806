/** Where figures fall on a chart, and the marks on its axes. All lengths are in units of the SVG's view box. */
export interface Axis {
  /** From a figure to its place. */
  readonly place: (value: number) => number
  readonly ticks: readonly number[]
}

/** The frame of a chart: plot area from (left, top) to (right, bottom). */
export interface Frame {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** An axis with evenly spaced figures and round ticks. */
export function linearAxis(from: number, to: number, start: number, end: number): Axis {
  const rough = (to - from) / 5
  const magnitude = 10 ** Math.floor(Math.log10(rough))
  const step = magnitude * ([1, 2, 5, 10].find((factor) => factor * magnitude >= rough) ?? 10)
  const first = Math.ceil(from / step - 1e-9)
  const last = Math.floor(to / step + 1e-9)
  const ticks = Array.from({ length: last - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  )
  return { place: (value) => start + ((value - from) / (to - from)) * (end - start), ticks }
}

/** An axis on which equal factors are equal distances; figures above 0. Ticks at 1, 2 and 5 of each decade. */
export function logAxis(from: number, to: number, start: number, end: number): Axis {
  const decades = Math.log10(to / from)
  const low = Math.floor(Math.log10(from))
  const factors = decades > 3 ? [1] : decades > 1.7 ? [1, 3] : [1, 2, 5]
  const ticks = Array.from({ length: Math.ceil(Math.log10(to)) - low + 1 }, (_, i) => low + i)
    .flatMap((power) => factors.map((factor) => Number(`${factor}e${power}`)))
    .filter((tick) => tick >= from && tick <= to)
  return { place: (value) => start + (Math.log10(value / from) / decades) * (end - start), ticks }
}

/** Grid lines and labels of both axes, and their titles. */
export function axesSvg(
  { left, right, top, bottom }: Frame,
  x: Axis & { readonly title: string; readonly write: (value: number) => string },
  y: Axis & { readonly title: string; readonly write: (value: number) => string },
): string {
  const across = y.ticks.map((tick) => {
    const at = fixed(y.place(tick))
    return `<path class="grid" d="M${left} ${at}H${right}"/><text class="tick" x="${left - 8}" y="${at}" dy=".35em" text-anchor="end">${y.write(tick)}</text>`
  })
  const upright = x.ticks.map((tick) => {
    const at = fixed(x.place(tick))
    return `<path class="grid" d="M${at} ${top}V${bottom}"/><text class="tick" x="${at}" y="${bottom + 18}" text-anchor="middle">${x.write(tick)}</text>`
  })
  const middle = (left + right) / 2
  return [
    ...across,
    ...upright,
    `<text class="title" x="${middle}" y="${bottom + 40}" text-anchor="middle">${x.title}</text>`,
    `<text class="title" transform="translate(${left - 48} ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">${y.title}</text>`,
  ].join('\n')
}

/** A line through places. */
export function pathOf(places: readonly (readonly [number, number])[]): string {
  return places.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${fixed(x)} ${fixed(y)}`).join('')
}

/** A length with two decimals. */
export function fixed(length: number): string {
  return String(Math.round(length * 100) / 100)
}

/** Text from outside made fit to stand in HTML or SVG. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
