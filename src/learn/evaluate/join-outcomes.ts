import { MeritorderError } from '../../errors.ts'
import type { Outcomes } from '../outcomes.ts'
import { onlyModels } from './only-models.ts'

/** Two files of outcomes as one: the rows of the first, then those of the second, over the models of both. */
export interface JoinedOutcomes {
  readonly outcomes: Outcomes
  /** How many rows come from the first file. */
  readonly trainRows: number
  /** Models that only one of the files has, and that are left out. */
  readonly onlyInTrain: readonly string[]
  readonly onlyInTest: readonly string[]
}

/**
 * Joins a file to learn from and a file to be judged on. Prompts without an outcome of a shared model are left out.
 * @throws MeritorderError `invalid_request` when the files share fewer than two models, or one has no prompt left
 */
export function joinOutcomes(train: Outcomes, test: Outcomes): JoinedOutcomes {
  const models = train.models.filter((model) => test.models.includes(model))
  if (models.length < 2)
    throw new MeritorderError(
      'invalid_request',
      `The two files share ${models.length === 0 ? 'no model' : `only the model ${models[0]}`}: there is nothing to route. Use files about the same models.`,
      { limit: 'test' },
    )
  const first = onlyModels(train, models)
  const second = onlyModels(test, models)
  if (first.ids.length === 0 || second.ids.length === 0)
    throw new MeritorderError(
      'invalid_request',
      'One of the files has no prompt with an outcome of a model that both have. Use files about the same models.',
      { limit: 'test' },
    )
  return {
    outcomes: {
      models,
      ids: [...first.ids, ...second.ids],
      prompts: [...first.prompts, ...second.prompts],
      texts: [...first.texts, ...second.texts],
      tasks: [...first.tasks, ...second.tasks],
      quality: Float64Array.from([...first.quality, ...second.quality]),
      costUsd: Float64Array.from([...first.costUsd, ...second.costUsd]),
      tokens: Float64Array.from([...first.tokens, ...second.tokens]),
    },
    trainRows: first.ids.length,
    onlyInTrain: train.models.filter((model) => !models.includes(model)),
    onlyInTest: test.models.filter((model) => !models.includes(model)),
  }
}
