import { z } from 'zod'
import type { Limits, Policy } from '../decide/policy.ts'
import { MeritorderError } from '../errors.ts'
import { isPlace, PLACE_WORDS } from '../market/places.ts'
import { QUANTIZATIONS } from '../market/quantization.ts'
import { evidenceOf, evidenceSchema } from './evidence-schema.ts'

/** What a policy of the configuration may be called. */
export const POLICY_NAME = /^[a-z][a-z0-9-]{0,63}$/

const weight = (of: string, fallback: number) =>
  z.number().min(0).max(1e9).default(fallback).describe(`What one ${of} is worth in merit.`)

const share = (description: string) => z.number().min(0).max(1).describe(description)
const amount = (description: string) => z.number().min(0).max(1e9).describe(description)
/** As many names as OpenRouter allows in a list. */
const names = (description: string) => z.array(z.string().min(1).max(256)).max(1024).describe(description)
/** At most every country and group, with room. */
const places = (description: string) =>
  z
    .array(z.string().refine(isPlace, `must be ${PLACE_WORDS}`))
    .min(1)
    .max(250)
    .describe(description)
const model = (description: string) => z.string().min(1).max(256).describe(description)

const limitsSchema = z.strictObject({
  allowed_models: names('Models that may be used: slugs or globs such as anthropic/*.').optional(),
  excluded_models: names('Models that may not be used: slugs or globs.').optional(),
  only: names('Providers that may be used.').optional(),
  ignore: names('Providers that may not be used.').optional(),
  data_collection: z
    .enum(['allow', 'deny'])
    .optional()
    .describe('deny: only hosts known not to train on prompts.'),
  zdr: z.boolean().optional().describe('true: only hosts known to keep no prompts.'),
  quantizations: z
    .array(z.enum(QUANTIZATIONS))
    .min(1)
    .optional()
    .describe('Only hosts that round no otherwise.'),
  max_price: z
    .strictObject({
      prompt: amount('USD per million prompt tokens.').optional(),
      completion: amount('USD per million completion tokens.').optional(),
    })
    .optional()
    .describe('Highest list price of a host.'),
  regions: places('Only hosts known to process prompts nowhere but in these countries; EU, EEA.').optional(),
  jurisdiction: places('Only hosts known to have their headquarters in one of these countries.').optional(),
  max_cost: amount('Most that a call may be expected to cost, USD.').optional(),
  as_cheap_as: model('A call may not be expected to cost more than with this model.').optional(),
  max_latency: z
    .union(
      [
        amount('To the last byte.'),
        z.strictObject({
          first_byte: amount('To the first byte.').optional(),
          total: amount('To the last byte.').optional(),
        }),
      ],
      { error: 'Invalid input: expected seconds, or {first_byte, total}' },
    )
    .optional()
    .describe('Longest expected times, seconds; a number is that to the last byte.'),
  max_carbon: amount('Most that a call may be expected to emit, g CO₂e.').optional(),
  min_quality: share('Least predicted quality, 0..1.').optional(),
  cheapest_share: share(
    'Of the models that all other limits leave, only this share (0..1) with the lowest expected costs; for automatic choices.',
  ).optional(),
})

const members = z.strictObject({
  version: z
    .int()
    .min(1)
    .default(1)
    .describe('Raise it when you change the policy; it is recorded with every decision.'),
  quality_band: share(
    'Models within this distance (0..1) of the best predicted quality compete on merit.',
  ).default(0.05),
  weights: z
    .strictObject({
      quality: weight('unit of predicted quality', 0),
      cost_usd: weight('USD', 1),
      latency_seconds: weight('second of waiting', 0),
      carbon_kg: weight('kg of CO₂e', 0),
    })
    .prefault({})
    .describe('Exchange rates.'),
  endpoint_choice: z
    .enum(['merit', 'price_weighted'])
    .default('merit')
    .describe(
      "How the chosen model's host is found: merit, where a successful answer is expected to cost least; price_weighted, drawn by the inverse square of the price.",
    ),
  limits: limitsSchema
    .optional()
    .describe(
      "Limits of every call under this policy; a caller's own come on top and can only tighten them.",
    ),
  at_least: z
    .strictObject({
      model: model('The model to compare with.'),
      probability: share('Least probability (0..1) of being at least as good.').default(0.5),
    })
    .optional()
    .describe('Only models that are probably at least as good as one model.'),
  exploration: z
    .strictObject({
      share: share('Share of the automatic choices (0..1) that may try another model than the best choice.'),
      max_extra_cost_usd: amount(
        'Most that such a call may be expected to cost above what the best choice would, USD.',
      ),
      min_quality: share('Least predicted quality (0..1) of a model that is tried.').optional(),
    })
    .optional()
    .describe('Thompson sampling; off when left out.'),
  hedge: z
    .strictObject({
      after: z
        .union([z.literal('p95'), z.int().min(1).max(600_000)])
        .default('p95')
        .describe(
          'How late an endpoint is when a second one is asked: p95 of its own time to the first byte (streams only), or milliseconds.',
        ),
      share: share('Share of the calls (0..1) for which a second endpoint may be asked.').default(0.05),
      max_extra_cost_usd: amount('Most that the second endpoint may be expected to cost, USD.'),
    })
    .optional()
    .describe('Asking a second endpoint when the first is late; off when left out.'),
  evidence: evidenceSchema
    .optional()
    .describe('What meritorder calibrate proved of the band. Remove it when you change the band.'),
})

/** A policy as people write it in `meritorder.yaml`. Merit is best counted in USD, so `cost_usd` is 1 unless said otherwise. */
export const policySchema = members.superRefine(({ quality_band, evidence }, context) => {
  if (evidence === undefined || evidence.quality_band === quality_band) return
  const message = `is ${evidence.quality_band}, and the band of the policy ${quality_band}: calibrate again, or remove the evidence`
  context.addIssue({ code: 'custom', path: ['evidence', 'quality_band'], message })
})

/**
 * Reads a policy.
 *
 * @param name what it is called in records and answers.
 * @param place the path to it, for the error: `policy.policies.green` in the file, `policy` in a request.
 * @param advice what the error says to do next, a sentence.
 * @throws MeritorderError `invalid_request` naming the field and what it may be.
 */
export function parsePolicy(value: unknown, name: string, place: string, advice: string): Policy {
  const parsed = policySchema.safeParse(value ?? {})
  if (!parsed.success) throw refusal(parsed.error.issues[0]!, place, advice)
  const { version, quality_band, weights, endpoint_choice, limits } = parsed.data
  const { at_least, exploration, hedge, evidence } = parsed.data
  return {
    name,
    version,
    qualityBand: quality_band,
    weights: {
      quality: weights.quality,
      costUsd: weights.cost_usd,
      latencySeconds: weights.latency_seconds,
      carbonKg: weights.carbon_kg,
    },
    ...(endpoint_choice !== 'merit' && { endpointChoice: endpoint_choice }),
    ...(limits !== undefined && { limits: limitsOf(limits) }),
    ...(at_least !== undefined && { atLeast: at_least }),
    ...(exploration !== undefined && {
      exploration: {
        share: exploration.share,
        maxExtraCostUsd: exploration.max_extra_cost_usd,
        ...(exploration.min_quality !== undefined && { minQuality: exploration.min_quality }),
      },
    }),
    ...(hedge !== undefined && {
      hedge: { after: hedge.after, share: hedge.share, maxExtraCostUsd: hedge.max_extra_cost_usd },
    }),
    ...(evidence !== undefined && { evidence: evidenceOf(evidence) }),
  }
}

function limitsOf(written: z.output<typeof limitsSchema>): Limits {
  const { max_latency: longest } = written
  const { first_byte: first, total } = typeof longest === 'number' ? { total: longest } : (longest ?? {})
  const limits = {
    allowedModels: written.allowed_models,
    excludedModels: written.excluded_models,
    onlyProviders: written.only,
    ignoredProviders: written.ignore,
    noTraining: written.data_collection === 'deny' ? (true as const) : undefined,
    zeroRetention: written.zdr === true ? (true as const) : undefined,
    quantizations: written.quantizations,
    maxPrice: written.max_price && defined(written.max_price),
    regions: written.regions,
    jurisdiction: written.jurisdiction,
    maxCostUsd: written.max_cost,
    maxCostOfModel: written.as_cheap_as,
    maxLatencyMs: total === undefined ? undefined : total * 1000,
    maxFirstByteMs: first === undefined ? undefined : first * 1000,
    maxCarbonGrams: written.max_carbon,
    minQuality: written.min_quality,
    cheapestShare: written.cheapest_share,
  }
  return defined(limits)
}

/** The object without its undefined members. */
function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> }
}

function refusal(issue: z.core.$ZodIssue, place: string, advice: string): MeritorderError {
  const path = [place, ...issue.path]
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const field = (unknown === undefined ? path : [...path, unknown]).join('.')
  const known = unknown === undefined ? '' : `, known here: ${membersAt(issue.path).join(', ')}`
  return new MeritorderError('invalid_request', `${field}: ${issue.message}${known}. ${advice}`, {
    limit: field,
  })
}

/** The members of the object at a path of the schema. */
function membersAt(path: readonly PropertyKey[]): readonly string[] {
  const whole = propertiesOf(z.toJSONSchema(policySchema, { io: 'input' }))
  const at = path.reduce((properties, member) => propertiesOf(properties[String(member)]), whole)
  return Object.keys(at)
}

/** Of an object, or of the one among several forms that is one. */
function propertiesOf(
  schema: z.core.JSONSchema._JSONSchema | undefined,
): NonNullable<z.core.JSONSchema.Schema['properties']> {
  if (typeof schema !== 'object') return {}
  const forms = [schema, ...(schema.anyOf ?? [])]
  return forms.map((form) => form.properties).find((properties) => properties !== undefined) ?? {}
}
