import type { Calibration } from './calibration.ts'
import { axesSvg, type Frame, fixed, linearAxis } from './svg-chart.ts'

const FRAME: Frame = { left: 76, right: 436, top: 16, bottom: 376 }
const LARGEST_RADIUS = 11

/** Predicted against observed quality as an SVG; the area of a dot is its share of the predictions. */
export function reliabilityPlot({ bins }: Calibration): string {
  const x = linearAxis(0, 1, FRAME.left, FRAME.right)
  const y = linearAxis(0, 1, FRAME.bottom, FRAME.top)
  const most = Math.max(...bins.map(({ n }) => n))
  return [
    `<svg viewBox="0 0 460 426" role="img" aria-label="Predicted against observed quality">`,
    axesSvg(
      FRAME,
      { ...x, title: 'predicted quality', write: String },
      { ...y, title: 'observed quality', write: String },
    ),
    `<path class="level" d="M${FRAME.left} ${FRAME.bottom}L${FRAME.right} ${FRAME.top}"/>`,
    ...bins.map(({ predicted, observed, n }) => {
      const radius = Math.max(2.5, LARGEST_RADIUS * Math.sqrt(n / most))
      return `<circle class="bin" cx="${fixed(x.place(predicted))}" cy="${fixed(y.place(observed))}" r="${fixed(radius)}"><title>predicted ${predicted.toFixed(2)}, observed ${observed.toFixed(2)}, ${n} predictions</title></circle>`
    }),
    '</svg>',
  ].join('\n')
}
