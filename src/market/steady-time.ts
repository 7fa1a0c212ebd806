/**
 * Makes times that never go back of the readings of a clock that may: where the clock jumps back, time goes on from the
 * latest there was. What is counted over the latest minutes is then neither lost nor counted twice. A jump forward is time
 * that has passed.
 */
export function createSteadyTime(): (at: number) => number {
  let latest = -Infinity
  let behind = 0
  return (at) => {
    if (at + behind < latest) behind = latest - at
    latest = at + behind
    return latest
  }
}
