import { z } from 'zod'

/** What a preset of the configuration may be called. */
export const PRESET_NAME = /^[a-z0-9][a-z0-9-]{0,63}$/

/** What every call has of its own, or what has a place of its own in a preset. */
const NOT_PARAMETERS = [
  ...['messages', 'prompt', 'input', 'system', 'instructions', 'stream', 'stream_options'],
  ...['model', 'models', 'provider', 'preset'],
]

/** A preset as people write it in `meritorder.yaml`. */
export const presetSchema = z
  .strictObject({
    description: z.string().max(1_000).optional().describe('For people.'),
    system_prompt: z
      .string()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe('Stands before conversations that bring no system message of their own.'),
    model: z.string().min(1).max(256).optional().describe('A model, "auto" or "auto:<policy>".'),
    models: z.array(z.string().min(1)).max(1_024).optional().describe('Models to fall back on, in order.'),
    provider: z.record(z.string(), z.unknown()).optional().describe('As the `provider` object of a call.'),
    parameters: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('Any other members of a call: temperature, max_tokens, plugins, …'),
  })
  .superRefine(({ parameters = {} }, context) => {
    for (const member of Object.keys(parameters))
      if (NOT_PARAMETERS.includes(member))
        context.addIssue({
          code: 'custom',
          path: ['parameters', member],
          message: 'is no parameter: it has a place of its own in a preset, or is said by each call',
        })
  })
