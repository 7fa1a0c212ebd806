import type { Evaluation } from './evaluation.ts'
import type { Point } from './frontier.ts'

/** A way of choosing models, named for people. */
export interface BaselineRow {
  readonly name: string
  /** The model, where it is always the same. */
  readonly model?: string
  readonly point: Point
  readonly isRouter: boolean
}

/** The router and what it is compared with, in the order in which tables show them. */
export function baselineRows(evaluation: Evaluation): readonly BaselineRow[] {
  const { router, bestSingle, cheapestInBand, band, random, neighbours, taskOracle, oracle } = evaluation
  const row = (name: string, point: Point): BaselineRow => ({ name, point, isRouter: false })
  return [
    { name: 'router', point: router, isRouter: true },
    { ...row('best single model', bestSingle), model: bestSingle.model },
    { ...row(`cheapest within ${band}`, cheapestInBand), model: cheapestInBand.model },
    row('random mix', random),
    row('100 nearest prompts', neighbours),
    ...(taskOracle === undefined ? [] : [row('task oracle', taskOracle)]),
    row('oracle', oracle),
  ]
}
