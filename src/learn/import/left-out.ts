/** Lines of an import that were left out for one reason. */
export interface LeftOut {
  /** Completes the sentence "each line …". */
  readonly why: string
  readonly lines: number
  /** The first of them, `points.jsonl:12`. */
  readonly where: readonly string[]
}

/** Collects what an import leaves out. */
export interface LeftOutList {
  add(why: string, where: string, lines?: number): void
  /** The most frequent reason first. */
  all(): readonly LeftOut[]
}

/** Of each reason so many lines are named. */
const NAMED = 10

/** An empty list. @param tell hears of every line that is added */
export function leftOutList(tell?: (why: string, where: string) => void): LeftOutList {
  const reasons = new Map<string, { lines: number; where: string[] }>()
  return {
    add(why, where, lines = 1) {
      tell?.(why, where)
      const known = reasons.get(why) ?? { lines: 0, where: [] }
      known.lines += lines
      if (known.where.length < NAMED) known.where.push(where)
      reasons.set(why, known)
    },
    all: () => Array.from(reasons, ([why, known]) => ({ why, ...known })).sort((a, b) => b.lines - a.lines),
  }
}
