import { closestNames } from '../../decide/suggestions.ts'
import { MeritorderError } from '../../errors.ts'
import { distinctPrompts } from '../evaluate/folds.ts'
import type { Outcomes } from '../outcomes.ts'

/** Below this not even a perfect router proves anything. */
const LEAST_PROMPTS = 50

const LISTED = 20

/**
 * The number of the model that a router is measured against.
 * @throws MeritorderError `invalid_request` for fewer than two models, for a name that is none of them, for fewer than
 * 50 different prompts with an outcome of it, and for a model that is never of any use
 */
export function baselineModel(outcomes: Outcomes, name: string): number {
  const { models, quality, ids } = outcomes
  if (models.length < 2)
    throw refuse(
      `only one model, ${models[0]}, can be chosen: there is nothing to route. Add outcomes of another.`,
    )
  const baseline = models.indexOf(name)
  if (baseline < 0) throw refuse(`the outcomes hold no model ${name}. ${advice(name, models)}`)
  const keys = distinctPrompts(outcomes)
  const qualityOf = (row: number) => quality[row * models.length + baseline]!
  const known = [...ids.keys()].filter((row) => !Number.isNaN(qualityOf(row)))
  const prompts = new Set(known.map((row) => keys[row])).size
  if (prompts < LEAST_PROMPTS)
    throw refuse(
      `there are too few prompts: ${prompts} different ones with an outcome of ${name}. Bring at least ${LEAST_PROMPTS}; a thousand or more make a promise likely.`,
    )
  if (known.every((row) => qualityOf(row) === 0))
    throw refuse(`${name} has quality 0 on every prompt: there is nothing to keep. Name another --baseline.`)
  return baseline
}

function advice(name: string, models: readonly string[]): string {
  const near = closestNames(name, models, 3)
  if (near.length > 0) return `Did you mean ${near.join(' or ')}?`
  const more = models.length > LISTED ? ` and ${models.length - LISTED} more` : ''
  return `It has ${models.slice(0, LISTED).join(', ')}${more}.`
}

function refuse(message: string): MeritorderError {
  return new MeritorderError('invalid_request', message, { limit: 'baseline' })
}
