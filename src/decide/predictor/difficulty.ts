import type { Predictor } from './predictor.ts'

/**
 * How difficult a prompt is: the quality that the strongest model is predicted to gain over the weakest on it. It is read
 * off the line that fits the predictions best over the models' mean qualities, so that no single model decides; below 0
 * where the models that are weak on average do better.
 *
 * @param quality predicted quality of each model
 */
export function difficulty({ mean }: Predictor, quality: Float64Array): number {
  const models = mean.length
  const centre = mean.reduce((a, b) => a + b, 0) / models
  let spread = 0
  let joint = 0
  for (let m = 0; m < models; m++) {
    spread += (mean[m]! - centre) ** 2
    joint += (mean[m]! - centre) * quality[m]!
  }
  return spread === 0 ? 0 : (joint / spread) * (Math.max(...mean) - Math.min(...mean))
}
