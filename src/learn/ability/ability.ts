/** What is known about the models' abilities: Gaussians over the coefficients of a prompt's row. */
export interface Ability {
  readonly models: readonly ModelAbility[]
  /** Coefficients of the difficulty, which all models share. */
  readonly difficulty: Float64Array
  /** How many intents and directions prompts have. */
  readonly intents: number
  readonly directions: number
  /** Davidson's weight of ties. */
  readonly ties: number
  /** Variance in logits² that outcomes have about what is expected of a prompt, as prompts of one kind differ. */
  readonly unseen: number
}

export interface ModelAbility {
  readonly model: string
  /** Coefficients of the ability: overall, intents, directions. */
  readonly mean: Float64Array
  /** Their covariance when the difficulty and the other models are known, width × width. */
  readonly covariance: Float64Array
}
