import { z } from 'zod'
import { MeritorderError } from '../errors.ts'
import { FEATURES_VERSION } from './features.ts'
import { compileOwnIntents, type OwnIntent, type OwnIntents } from './own-intents.ts'

/** What the file of own intents holds: besides the detectors the examples, so that they can be fitted again. */
export interface OwnIntentsFile {
  /** Changes with every intent that is added or removed. */
  readonly version: string
  /** The hashing that the detectors were fitted with. */
  readonly features: number
  readonly intents: readonly OwnIntent[]
}

const FORMAT = 1

const detector = z
  .object({ bias: z.number(), features: z.array(z.uint32()), weights: z.array(z.number()) })
  .refine(({ features, weights }) => features.length === weights.length, 'as many weights as features')

const file = z.object({
  version: z.string().min(1),
  features: z.int(),
  intents: z.array(
    z.object({
      name: z.string().min(1),
      examples: z.array(z.string()),
      recognised: z.int().min(0),
      mistaken: z.number().min(0).max(1),
      detector,
    }),
  ),
})

/**
 * Reads the text of an own intents file.
 *
 * @param path named in errors
 * @throws MeritorderError `unprocessable` when it is damaged, `server` when a newer Meritorder wrote it
 */
export function parseOwnIntentsFile(text: string, path: string): OwnIntentsFile {
  const value = readJson(text)
  const format = z.object({ format: z.int() }).safeParse(value).data?.format ?? FORMAT
  if (format > FORMAT) {
    throw new MeritorderError(
      'server',
      `${path} is of format ${format}, newer than this Meritorder reads (${FORMAT}). Use the release that wrote it.`,
    )
  }
  const parsed = file.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new MeritorderError(
    'unprocessable',
    `${path} is damaged (${issue?.path.join('.') || 'the file'}: ${issue?.message}). Put it back from a backup, or remove ` +
      'it and add the intents again.',
  )
}

/** The text that `parseOwnIntentsFile` reads: one intent a line, so that two versions can be compared. */
export function formatOwnIntentsFile({ version, features, intents }: OwnIntentsFile): string {
  const lines = intents.map((intent) => JSON.stringify(intent)).join(',\n')
  const head = `"format":${FORMAT},"version":${JSON.stringify(version)},"features":${features}`
  return `{${head},"intents":[\n${lines}\n]}\n`
}

/**
 * Lays out the detectors of a file.
 *
 * @param path named in errors
 * @throws MeritorderError `unprocessable` when they were fitted with another hashing than this program's
 */
export function usableOwnIntents({ version, features, intents }: OwnIntentsFile, path: string): OwnIntents {
  if (features === FEATURES_VERSION) return compileOwnIntents(version, intents)
  throw new MeritorderError(
    'unprocessable',
    `${path} was fitted on features version ${features}; this Meritorder computes version ${FEATURES_VERSION}. The ` +
      'examples are kept: fit them again with `meritorder intents refit`.',
  )
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
