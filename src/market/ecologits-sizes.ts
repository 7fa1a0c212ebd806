import { z } from 'zod'
import { MeritorderError } from '../errors.ts'
import { canonicalModel, type ModelIndex } from './canonical-model.ts'
import { type ModelSize, range } from './model-size.ts'

const estimate = z.union([z.number().positive(), z.object({ min: z.number().positive(), max: z.number() })])
const figures = z.object({
  models: z.array(
    z.object({
      type: z.string(),
      provider: z.string(),
      name: z.string(),
      architecture: z.object({
        parameters: z.union([estimate, z.object({ total: estimate, active: estimate })]),
      }),
    }),
  ),
})

/**
 * Reads EcoLogits' model repository (`models.json`, MPL-2.0) into sizes by canonical slug. Names that fit no slug of
 * the index are left out; of several names of one model the first counts.
 *
 * @throws MeritorderError `unprocessable` when the file has another form.
 */
export function readEcologitsSizes(value: unknown, index: ModelIndex): Map<string, ModelSize> {
  const parsed = figures.safeParse(value)
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join('.') ?? ''
    throw new MeritorderError(
      'unprocessable',
      `This is not EcoLogits' model list: ${where} has another form.`,
    )
  }
  const sizes = new Map<string, ModelSize>()
  for (const { provider, name, architecture } of parsed.data.models) {
    const { slug, known } = canonicalModel(
      index,
      provider === 'huggingface_hub' ? 'huggingface' : provider,
      name,
    )
    if (!known || sizes.has(slug)) continue
    const { parameters } = architecture
    const mixture = typeof parameters === 'object' && 'total' in parameters
    sizes.set(slug, {
      activeParameters: range(mixture ? parameters.active : parameters),
      totalParameters: range(mixture ? parameters.total : parameters),
    })
  }
  return sizes
}
