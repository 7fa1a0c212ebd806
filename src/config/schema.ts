import { z } from 'zod'
import { FAMILIES } from '../market/families.ts'
import { isCountry, isPlace, PLACE_WORDS } from '../market/places.ts'
import { QUANTIZATIONS } from '../market/quantization.ts'
import { STORAGE_MODES, type StorageMode } from '../storage-mode.ts'
import { type AdmissionLimits, admissionSchema } from './admission-schema.ts'
import type { EmbedderSettings } from './embedder-settings.ts'
import { learnSchema } from './learn-schema.ts'
import { POLICY_NAME, policySchema } from './policy-schema.ts'
import { PRESET_NAME, presetSchema } from './preset-schema.ts'
import { priceSchema } from './price-schema.ts'

const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const

const milliseconds = (fallback: number, description: string) =>
  z.int().min(1).max(3_600_000).default(fallback).describe(`${description} Milliseconds.`)

const keyText = `The key, or better \${NAME} of the environment variable that holds it.`
const variable = z.string().regex(/^[A-Za-z_]\w*$/)
const keyVariableText = 'Name of the environment variable that holds the key.'

const price = priceSchema.describe('What the host charges; 0 for your own machine.')

const dataPolicy = z
  .strictObject({
    training: z.boolean().optional().describe('Whether the host may train on prompts.'),
    retention_days: z.number().min(0).max(36_500).optional().describe('Days for which it keeps prompts.'),
    zdr: z.boolean().optional().describe('true: zero data retention is agreed with the host.'),
  })
  .describe('What the host does with prompts; what is left out is as publicly known, else unknown.')

const regions = z
  .array(z.string().refine(isPlace, `must be ${PLACE_WORDS}`))
  .min(1)
  .max(250)
  .describe(`Where the host may process prompts: ${PLACE_WORDS}.`)

const hostedModel = z.strictObject({
  id: z.string().min(1).max(200).describe('The id under which the host knows the model.'),
  model: z
    .string()
    .regex(/^[^/\s]+\/\S+$/)
    .optional()
    .describe('Canonical slug `author/name`; recognised from the id when left out.'),
  price: price.optional(),
  context: z.int().min(1).optional().describe('Context window in tokens.'),
  quantization: z.enum(QUANTIZATIONS).optional().describe('How coarsely the weights are rounded there.'),
  data_policy: dataPolicy.optional(),
  regions: regions.optional(),
  distillable: z
    .boolean()
    .optional()
    .describe("Whether the model's author allows other models to be trained on its answers."),
})

const provider = z.strictObject({
  name: z.string().min(1).optional().describe('Name for people.'),
  base_url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Base URL up to and including the version, for example http://10.0.0.5:8000/v1.'),
  family: z
    .enum(FAMILIES)
    .optional()
    .describe('The wire format the host speaks; openai-compatible for a host of your own.'),
  key: z.string().min(1).optional().describe(keyText),
  keys: z
    .array(z.string().min(1))
    .max(100)
    .optional()
    .describe('Several keys, each written as `key` is; the next is used where one is refused.'),
  key_env: z
    .union([variable, z.array(variable).max(100)])
    .optional()
    .describe('Name of the environment variable that holds the key, or a list of such names.'),
  key_file: z
    .string()
    .min(1)
    .optional()
    .describe(
      'File with the key, or with several, one a line; relative to this file. Nobody else may read it.',
    ),
  enabled: z
    .boolean()
    .optional()
    .describe('false: never use this provider, even when a key for it is found.'),
  data_policy: dataPolicy.optional(),
  headquarters: z
    .string()
    .refine(isCountry, 'must be an ISO 3166-1 country code of two letters')
    .optional()
    .describe('Country of its headquarters, ISO 3166-1: DE, US, …'),
  regions: regions.optional(),
  models: z
    .array(hostedModel)
    .max(2_000)
    .optional()
    .describe('Models to add to, or change in, what the catalog knows of this host.'),
})

const storageMode = z.enum(STORAGE_MODES)

const clientKey = z.strictObject({
  name: z.string().min(1).max(100).describe('Who calls with this key; recorded with every call.'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe("SHA-256 of the key in lower-case hex: printf %s 'the key' | sha256sum"),
  storage: storageMode
    .optional()
    .describe('What is kept of calls with this key: as record.storage, or less. Default: record.storage.'),
  max_calls: z.int().min(1).optional().describe('Calls that it may have under way at once.'),
  calls_per_minute: z.int().min(1).max(100_000).optional().describe('Calls that it may make in any minute.'),
})

const server = z.strictObject({
  host: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
  port: z.int().min(0).max(65_535).default(4141).describe('Port to listen on; 0 takes a free one.'),
  max_body_bytes: z
    .int()
    .min(1_024)
    .max(1_073_741_824)
    .default(52_428_800)
    .describe('Largest request body, in bytes.'),
  max_depth: z.int().min(8).max(2_000).default(256).describe('Deepest nesting of JSON in a request body.'),
  max_values: z
    .int()
    .min(1_000)
    .max(100_000_000)
    .default(1_000_000)
    .describe('Values (texts, numbers, lists, objects) in the JSON of a request body.'),
  upload_timeout_ms: milliseconds(120_000, 'Until the whole body of a request has arrived.'),
  drain_timeout_ms: z
    .int()
    .min(0)
    .max(3_600_000)
    .default(30_000)
    .describe('When the gateway is stopped: how long running calls may go on. Milliseconds.'),
  keys: z
    .array(clientKey)
    .default([])
    .describe('Keys that callers must send. None: every caller of this machine is admitted.'),
})

const policy = z.strictObject({
  default: z.string().min(1).default('balanced').describe('Policy of calls that name none.'),
  baseline_model: z
    .string()
    .min(1)
    .optional()
    .describe('The model you would have used for everything: savings are counted against it.'),
  endpoint_exploration: z
    .number()
    .min(0)
    .max(0.5)
    .default(0.01)
    .describe(
      'Share of the calls (0..0.5) that may try another host of the chosen model than the best, so that one that has recovered is found.',
    ),
  policies: z
    .record(z.string().regex(POLICY_NAME), policySchema)
    .default({})
    .describe('Policies of your own, by name.'),
})

const age = z.string().regex(/^[1-9]\d{0,4}[hd]$/, 'an age, such as 30d or 12h')

const record = z.strictObject({
  storage: storageMode
    .optional()
    .describe(
      'What is kept of a call: full: prompts and answers; redacted: these without personal data; hashed: no words, but what can be learned from; metadata: only the numbers; off: nothing. Default: full on a loopback address, metadata otherwise.',
    ),
  retention: z
    .strictObject({
      bodies: age
        .optional()
        .describe(
          'Prompts, answers, texts of errors, corrections and comments that are older are deleted: 30d, 12h.',
        ),
      calls: age
        .optional()
        .describe('Calls that are older are deleted, with all that belongs to them: 365d.'),
    })
    .default({})
    .describe('How long records are kept; what is left out is kept for ever.'),
  durability: z
    .enum(['fsync', 'write'])
    .default('fsync')
    .describe('fsync: a record survives a power cut; write: it survives a crash of the process.'),
  database_url: z
    .string()
    .regex(/^(postgres(ql)?:\/\/|\$\{\w+\}$)/)
    .optional()
    .describe(`PostgreSQL to use instead of the embedded database: postgres://… or \${NAME} of a variable.`),
  data_folder: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Where records are kept; relative to this file. Default: .meritorder in the working folder. MERITORDER_HOME overrides it.',
    ),
})

const embedder = z.strictObject({
  base_url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      "Base URL, up to and including the version, of a host that speaks OpenAI's embeddings. The last turn of every prompt is sent there.",
    ),
  model: z.string().min(1).max(200).optional().describe('The id under which that host knows the model.'),
  dimensions: z
    .int()
    .min(1)
    .max(16_384)
    .optional()
    .describe('Numbers a vector shall have, where the model can shorten them. Default: as many as it has.'),
  key: z.string().min(1).optional().describe(keyText),
  key_env: variable.optional().describe(keyVariableText),
  onnx: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Instead of a host: a model to run here, its id on the Hugging Face hub or its folder (relative to this file, beginning with a dot).',
    ),
  timeout_ms: milliseconds(1_000, 'Longest that a call waits for its vector; then it is decided without.'),
  batch: z.int().min(1).max(256).default(32).describe('Texts sent at once at most, when fitting.'),
})

const phases = (firstByteMs: number, wholeMs: number, idleMs: number, totalMs: number) =>
  z
    .strictObject({
      first_byte_ms: milliseconds(firstByteMs, 'Until a streamed answer says something.'),
      whole_ms: milliseconds(wholeMs, 'Until an unstreamed answer is there.'),
      idle_ms: milliseconds(
        idleMs,
        'Between two pieces of a streamed answer; also how long a caller may take nothing.',
      ),
      total_ms: milliseconds(totalMs, 'For the whole call, over all endpoints that are tried.'),
    })
    .prefault({})

const timeouts = z.strictObject({
  connect_ms: milliseconds(5_000, 'Until a provider accepts the connection.'),
  ordinary: phases(120_000, 300_000, 60_000, 600_000).describe('Models that answer at once.'),
  reasoning: phases(600_000, 900_000, 300_000, 1_800_000).describe('Models that think before they answer.'),
  work: z
    .strictObject({
      whole_ms: milliseconds(60_000, 'Until the vectors or the ranking are there.'),
      total_ms: milliseconds(120_000, 'For the whole call, over all endpoints that are tried.'),
    })
    .prefault({})
    .describe('Embeddings and rerank.'),
})

/** The schema of `meritorder.yaml`. Every key is optional; unknown keys are refused. */
export const configSchema = z.strictObject({
  server: server.prefault({}).describe('The address that applications call, and its limits.'),
  admission: admissionSchema
    .prefault({})
    .describe('How much is served at once; the rest waits or is refused.'),
  providers: z
    .record(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/), provider)
    .default({})
    .describe('Hosts of your own, and changes to known ones, by slug.'),
  policy: policy.prefault({}).describe('How the model is chosen.'),
  presets: z
    .record(z.string().regex(PRESET_NAME), presetSchema)
    .default({})
    .describe('What callers may name as @preset/<slug> instead of saying it.'),
  record: record.prefault({}).describe('What is kept of calls, and where.'),
  timeouts: timeouts.prefault({}).describe('How long a provider may take.'),
  embedder: embedder
    .optional()
    .describe(
      'What tells how alike two prompts are, for what is learned from outcomes. Default: our own, built in.',
    ),
  learn: learnSchema
    .prefault({})
    .describe('What is learned from ratings, and what is done to find out who answers best.'),
  local_servers: z
    .strictObject({
      discover: z
        .boolean()
        .default(true)
        .describe('Look for Ollama, llama.cpp, vLLM, LM Studio, SGLang and TGI on their loopback ports.'),
    })
    .prefault({})
    .describe('Model servers on this machine.'),
  log: z
    .strictObject({ level: z.enum(LOG_LEVELS).default('info').describe('Least level that is logged.') })
    .prefault({})
    .describe('Logging, on stderr.'),
})

type ParsedConfig = z.output<typeof configSchema>

/** The configuration in force: the file's values, with every default filled in and the data folder absolute. */
export interface Config extends Omit<ParsedConfig, 'record' | 'embedder' | 'admission'> {
  readonly admission: AdmissionLimits
  /** Absent = our own text space. */
  readonly embedder?: EmbedderSettings
  readonly record: ParsedConfig['record'] & {
    readonly storage: StorageMode
    readonly data_folder: string
  }
}

/** The section `embedder` as the file has it. */
export type EmbedderConfig = z.output<typeof embedder>

/** One entry of `providers` as the file has it. */
export type ProviderConfig = ParsedConfig['providers'][string]

/** One entry of a provider's `models` as the file has it. */
export type HostedModelConfig = z.output<typeof hostedModel>
