import { MeritorderError } from '../errors.ts'
import type { Skin } from './dialects/dialect.ts'
import { type Fields, optional, readString, wrong } from './fields.ts'

/** What a configuration keeps under a name, for callers to send its name instead. */
export interface Preset {
  /** Stands before the conversation, unless that brings one of its own. */
  readonly system_prompt?: string | undefined
  readonly model?: string | undefined
  readonly models?: readonly string[] | undefined
  readonly provider?: Fields | undefined
  /** Any other members of a body. */
  readonly parameters?: Fields | undefined
}

/**
 * The body with the preset that it names (`model: "@preset/slug"`, `"author/name@preset/slug"` or `preset: "slug"`) merged
 * in, as OpenRouter does: member by member, and what the request says wins. The same object where it names none.
 *
 * @throws MeritorderError `not_found` naming the presets that there are; `invalid_request` for two different presets, and
 *   for one with a system prompt in a dialect that has no place for it.
 */
export function withPreset(body: Fields, presets: Readonly<Record<string, Preset>>, dialect: Skin): Fields {
  const named = readName(body)
  if (named === undefined) return body
  const preset = Object.hasOwn(presets, named.slug) ? presets[named.slug] : undefined
  if (preset === undefined) throw unknownPreset(named.slug, Object.keys(presets))
  const { system_prompt: system, model, models, provider, parameters } = preset
  const said = Object.fromEntries(
    Object.entries({ ...body, model: named.model, preset: undefined }).filter(
      ([, value]) => value !== null && value !== undefined,
    ),
  )
  const kept = Object.entries({ ...parameters, model, models, provider }).filter(
    ([member, value]) => value !== undefined && !isSaid(member, said),
  )
  const merged = { ...Object.fromEntries(kept), ...said }
  if (system === undefined) return merged
  if (dialect.withSystem === undefined)
    throw wrong('preset', `one without a system prompt, which ${dialect.name} has no place for`)
  return dialect.withSystem(merged, system)
}

interface Named {
  readonly slug: string
  readonly model: string | undefined
}

function readName(body: Fields): Named | undefined {
  const field = optional(readString, body.preset, 'preset')
  const model = typeof body.model === 'string' ? body.model : undefined
  const { base, inModel } = splitModel(model ?? '')
  if (field !== undefined && inModel !== undefined && field !== inModel)
    throw wrong('preset', `left out, or the one that model names (${inModel.slice(0, 100)})`)
  const slug = inModel ?? field
  if (slug === undefined) return undefined
  if (inModel === undefined) return { slug, model }
  return { slug, model: base === '' ? undefined : base }
}

const MARK = '@preset/'

/** Searched rather than matched: a model's name may be as long as a body. */
function splitModel(model: string): { readonly base: string; readonly inModel: string | undefined } {
  const at = model.lastIndexOf(MARK)
  if (at < 0) return { base: model, inModel: undefined }
  return { base: model.slice(0, at), inModel: model.slice(at + MARK.length) || undefined }
}

/** Members that say the same thing: who says one of them says it all. */
const SAME: readonly (readonly string[])[] = [
  ['max_tokens', 'max_completion_tokens', 'max_output_tokens'],
  ['reasoning', 'reasoning_effort', 'include_reasoning', 'thinking'],
]

function isSaid(member: string, said: Fields): boolean {
  const names = SAME.find((group) => group.includes(member)) ?? [member]
  return names.some((name) => Object.hasOwn(said, name))
}

function unknownPreset(slug: string, known: readonly string[]): MeritorderError {
  const there =
    known.length === 0
      ? 'There are none: add them under presets in meritorder.yaml'
      : `There are: ${known.slice(0, 50).join(', ')}`
  return new MeritorderError(
    'not_found',
    `There is no preset ${JSON.stringify(slug.slice(0, 100))}. ${there}.`,
    { limit: 'preset', metadata: { presets: known } },
  )
}
