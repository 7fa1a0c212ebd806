import { z } from 'zod'
import { MeritorderError } from '../errors.ts'

/** Longer names than any host uses would only burden the matching. */
const slug = z.string().min(1).max(300)
const amount = z.number().nonnegative()
const tokens = z.number().int().nonnegative()

const prices = {
  input: amount,
  output: amount,
  cache_read: amount.optional(),
  cache_write: amount.optional(),
  // Other spellings found in the data.
  cache_input: amount.optional(),
  cached_input: amount.optional(),
  cached_write: amount.optional(),
}

const cost = z.object({
  ...prices,
  reasoning: amount.optional(),
  input_audio: amount.optional(),
  output_audio: amount.optional(),
  /** Generated images, per million tokens. */
  image: amount.optional(),
  tiers: z
    .array(z.object({ ...prices, tier: z.object({ type: z.string().optional(), size: tokens }) }))
    .optional(),
  /** Older form of one tier above 200,000 tokens. */
  context_over_200k: z.object(prices).optional(),
})

const model = z.object({
  base_model: z.string().optional(),
  base_model_omit: z.array(z.string()).optional(),
  name: z.string().optional(),
  family: z.string().optional(),
  release_date: z.string().optional(),
  knowledge: z.string().optional(),
  open_weights: z.boolean().optional(),
  reasoning: z.boolean().optional(),
  temperature: z.boolean().optional(),
  tool_call: z.boolean().optional(),
  structured_output: z.boolean().optional(),
  status: z.string().optional(),
  cost: cost.optional(),
  limit: z
    .object({ context: tokens.optional(), input: tokens.optional(), output: tokens.optional() })
    .optional(),
  modalities: z
    .object({ input: z.array(z.string()).optional(), output: z.array(z.string()).optional() })
    .optional(),
  provider: z
    .object({ npm: z.string().optional(), api: z.string().optional(), shape: z.string().optional() })
    .optional(),
})

const provider = z.object({
  name: z.string(),
  npm: z.string(),
  env: z.array(z.string()).default([]),
  api: z.string().optional(),
  doc: z.string().optional(),
  models: z.record(slug, model),
})

const snapshot = z.object({
  source: z.string().optional(),
  models: z.record(z.string(), model),
  providers: z.record(slug, provider),
})

const api = z.record(slug, provider)

export type ModelsDevModel = z.infer<typeof model>
export type ModelsDevProvider = z.infer<typeof provider>
export type ModelsDevCost = z.infer<typeof cost>

/** models.dev's data in either of its forms, as one. */
export interface ModelsDevData {
  readonly source?: string | undefined
  /** Host-independent facts that endpoints inherit through `base_model`; empty in `api.json`, which has them resolved. */
  readonly models: Readonly<Record<string, ModelsDevModel>>
  readonly providers: Readonly<Record<string, ModelsDevProvider>>
}

/**
 * Reads models.dev's data: the repository's form `{source, models, providers}` or the published `api.json`
 * `{provider: {…, models}}`. Fields that Meritorder does not use may hold anything.
 *
 * @throws MeritorderError `unprocessable`, naming the first fields that are wrong.
 */
export function readModelsDev(value: unknown): ModelsDevData {
  if (typeof value === 'object' && value !== null && 'providers' in value && 'models' in value) {
    const result = snapshot.safeParse(value)
    if (!result.success) throw notModelsDev(result.error)
    return result.data
  }
  const result = api.safeParse(value)
  if (!result.success) throw notModelsDev(result.error)
  if (Object.keys(result.data).length === 0) throw notModelsDev(new z.ZodError([]))
  return { models: {}, providers: result.data }
}

function notModelsDev(error: z.ZodError): MeritorderError {
  const problems = error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`)
  if (problems.length === 0) problems.push('it lists no provider')
  const more = error.issues.length > 3 ? ` (and ${error.issues.length - 3} more)` : ''
  return new MeritorderError(
    'unprocessable',
    `This is not models.dev's catalog: ${problems.join('; ')}${more}. Expected the form of https://models.dev/api.json.`,
  )
}
