/**
 * Whole epoch ms that never go back: pauses end when they should, and ids sort by time, also when somebody sets the clock back.
 * Between two readings as much time passes as `monotonic` says, or more where the wall clock was set forward.
 *
 * @param wall epoch ms, as the machine believes @param monotonic ms since anything
 */
export function steadyClock(
  wall: () => number = () => Date.now(),
  monotonic: () => number = () => performance.now(),
): () => number {
  let time = wall()
  let readAt = monotonic()
  return () => {
    const at = monotonic()
    time = Math.max(wall(), time + (at - readAt))
    readAt = at
    return Math.floor(time)
  }
}
