/** Steps of a coordinate from 0 to 1: with up to 4,096 of them no dot product of two points leaves 32 bits. */
const STEPS = 223

/** Coordinates of points of unit length in whole steps, as they are kept and compared. */
export function inSteps(points: Float32Array): Int16Array {
  const steps = new Int16Array(points.length)
  for (let i = 0; i < steps.length; i++) steps[i] = Math.round(STEPS * points[i]!)
  return steps
}

/** The cosine of two points whose dot product in steps this is; rounded points may be a little longer than 1. */
export function cosineOf(dot: number): number {
  return Math.min(1, dot / STEPS ** 2)
}
