import { DEEPSEEK_CHAT, HOST_ALIASES, MODEL_ALIASES } from './model-aliases.ts'
import { makerOf } from './model-authors.ts'
import { type ModelName, readModelName } from './model-name.ts'

/** The canonical slugs that host ids are matched against. */
export interface ModelIndex {
  /** Author and sorted words → slug. */
  readonly exact: ReadonlyMap<string, string>
  /** Author and sorted words without the optional ones → everything that shares them. */
  readonly coarse: ReadonlyMap<string, readonly Indexed[]>
}

interface Indexed {
  readonly slug: string
  readonly words: readonly string[]
}

export interface CanonicalModel {
  /** `author/name` as OpenRouter writes it; `provider/name` for a host's own model of unknown making. */
  readonly slug: string
  /** True when the slug was in the index (or is a thinking variant of one that was). */
  readonly known: boolean
}

/**
 * The canonical model behind a host's id. Precision before recall: sizes, versions, snapshots and thinking variants
 * must agree, and what no slug of the index fits stays a model of its own.
 *
 * Order of evidence: a host alias; the id's words, exactly; the id's words but for the optional ones (see `fits`);
 * a thinking variant of a known model, as `slug:thinking`; the catalog's own `base`, if the id does not contradict it.
 *
 * @param base the slug that models.dev names as `base_model`
 */
export function canonicalModel(
  index: ModelIndex,
  provider: string,
  id: string,
  base?: string,
): CanonicalModel {
  const alias = HOST_ALIASES.get(`${provider}/${id}`)
  if (alias !== undefined) return { slug: alias, known: true }
  // OpenRouter marks its own moving names so: `~openai/gpt-latest`.
  if (id.startsWith('~')) return { slug: id.toLowerCase(), known: true }
  const name = readModelName(provider, id)
  const found = lookUp(index, name) ?? thinkingVariant(index, name) ?? agreedBase(index, name, base)
  if (found === undefined) return { slug: ownSlug(provider, name), known: false }
  const moving = found === DEEPSEEK_CHAT.slug && name.name === 'deepseek-chat'
  if (moving && !DEEPSEEK_CHAT.namedAsOpenRouter.has(provider))
    return { slug: DEEPSEEK_CHAT.moving, known: true }
  return { slug: found, known: true }
}

/**
 * Builds an index of slugs; of two slugs that read the same, the first counts. Aliases are part of every index;
 * moving names (`~…`) are not.
 */
export function createModelIndex(slugs: Iterable<string>): ModelIndex {
  const exact = new Map<string, string>()
  const coarse = new Map<string, Indexed[]>()
  const add = (written: string, slug: string) => {
    const { author = '', words } = readModelName('openrouter', written)
    const key = keyOf(author, words)
    if (exact.has(key)) return
    exact.set(key, slug)
    const rough = coarseKey(author, words)
    coarse.set(rough, [...(coarse.get(rough) ?? []), { slug, words }])
  }
  for (const slug of slugs) if (!slug.startsWith('~')) add(slug, slug)
  for (const [written, slug] of MODEL_ALIASES) {
    add(slug, slug)
    add(written, slug)
  }
  return { exact, coarse }
}

/**
 * Slugs for the names that no slug of the index fits but two or more hosts use for a model of the same maker
 * (`author/name`, in the spelling most of them use; a version with a point before one with a dash).
 */
export function sharedNames(
  index: ModelIndex,
  ids: Iterable<{ readonly provider: string; readonly id: string; readonly base?: string | undefined }>,
): string[] {
  const groups = new Map<string, { hosts: Set<string>; spellings: Map<string, number> }>()
  for (const { provider, id, base } of ids) {
    const name = readModelName(provider, id)
    if (name.author === undefined || canonicalModel(index, provider, id, base).known) continue
    const key = keyOf(name.author, name.words)
    const group = groups.get(key) ?? { hosts: new Set(), spellings: new Map() }
    groups.set(key, group)
    group.hosts.add(provider)
    const slug = ownSlug(provider, { ...name, authorStated: true })
    group.spellings.set(slug, (group.spellings.get(slug) ?? 0) + 1)
  }
  const shared = [...groups.values()].filter(({ hosts }) => hosts.size > 1)
  return shared.map(({ spellings }) => [...spellings].sort(bySpelling)[0]?.[0] ?? '').sort()
}

function bySpelling([a, timesA]: [string, number], [b, timesB]: [string, number]): number {
  const points = Number(/\d\.\d/.test(b)) - Number(/\d\.\d/.test(a))
  return points || timesB - timesA || (a < b ? -1 : 1)
}

/** Words that some hosts write and others leave out. `fits` says when that is harmless. */
const OPTIONAL = /^(instruct|it|a\d+b|turbo|versatile|instant|fast|lite|v1|latest|20\d{6})$/
const SIZE = /^(e?\d+b|\d+x\d+b|\d+m)$/

/** Makers who give one snapshot per name unless the index lists several (OpenAI's GPT-4o has three). */
const DATED_ONCE = new Set(['anthropic', 'openai', 'deepseek', 'x-ai'])

function lookUp(index: ModelIndex, { author, words }: ModelName): string | undefined {
  if (author === undefined) return undefined
  const exact = index.exact.get(keyOf(author, words))
  if (exact !== undefined) return exact
  const fitting = (index.coarse.get(coarseKey(author, words)) ?? [])
    .filter((candidate) => fits(index, author, words, candidate.words))
    .map(({ slug, words: theirs }) => ({ slug, distance: difference(words, theirs) }))
  const nearest = Math.min(...fitting.map(({ distance }) => distance))
  const slugs = new Set(fitting.filter(({ distance }) => distance === nearest).map(({ slug }) => slug))
  return slugs.size === 1 ? [...slugs][0] : undefined
}

/** True when every word that only one of the two names has may be left out without naming another model. */
function fits(index: ModelIndex, author: string, id: readonly string[], slug: readonly string[]): boolean {
  const sized = id.some((word) => SIZE.test(word))
  const hasThinkingSibling = index.coarse.has(coarseKey(author, [...id, 'thinking']))
  const extraInId = (word: string) => {
    if (/^(instruct|it)$/.test(word)) return author !== 'openai'
    if (/^(turbo|versatile|instant|fast)$/.test(word)) return sized
    if (word === 'lite') return sized && id.includes('instruct')
    if (word === 'v1') return true
    if (word === 'latest') return author === 'anthropic' || (author === 'openai' && id.includes('chat'))
    return /^20\d{6}$/.test(word) && DATED_ONCE.has(author) && !hasDatedSibling(index, author, slug)
  }
  const extraInSlug = (word: string) => {
    if (/^(instruct|it)$/.test(word)) return sized && !hasThinkingSibling
    return word === 'v1' || (sized && /^a\d+b$/.test(word))
  }
  return without(id, slug).every(extraInId) && without(slug, id).every(extraInSlug)
}

function hasDatedSibling(index: ModelIndex, author: string, slug: readonly string[]): boolean {
  const family = index.coarse.get(coarseKey(author, slug)) ?? []
  const dates = family.flatMap(({ words }) => words.filter((word) => /^20\d{6}$/.test(word)))
  return dates.length > 0
}

/**
 * OpenRouter writes a model that is sold with thinking switched on as a variant: `anthropic/claude-3.7-sonnet:thinking`.
 * Open weights named so are models of their own (Qwen3-VL-32B-Thinking); their names tell by their size.
 */
function thinkingVariant(index: ModelIndex, name: ModelName): string | undefined {
  if (name.words.at(-1) !== 'thinking') return undefined
  const ownWeights = !name.name.endsWith(':thinking') && name.words.some((word) => SIZE.test(word))
  const base = ownWeights ? undefined : lookUp(index, { ...name, words: name.words.slice(0, -1) })
  return base === undefined ? undefined : `${base}:thinking`
}

/** Words that make another model of one: a base without them is not the same. */
const DISTINGUISHING =
  /^(thinking|distill|speciale|exp|terminus|uncensored|derestricted|heretic|abliterated)$/

/** models.dev's base, unless the id carries a number or a distinguishing word that the base lacks. */
function agreedBase(index: ModelIndex, name: ModelName, base: string | undefined): string | undefined {
  if (base === undefined) return undefined
  const theirs = readModelName('models.dev', base)
  const slug = lookUp(index, theirs)
  // Some hosts write 5.4 as `54`.
  const compact = new Set(theirs.words.map((word) => word.replace('.', '')))
  const contradicting = without(name.words, theirs.words).some(
    (word) =>
      DISTINGUISHING.test(word) || (/\d/.test(word) && !/^(20\d{6}|\d+k)$/.test(word) && !compact.has(word)),
  )
  return contradicting ? undefined : slug
}

/** A slug for a model that nobody else sells under a name we know: its maker's where the id or the host says who it is. */
function ownSlug(provider: string, { author, authorStated, name }: ModelName): string {
  const tidy = name.replace(/[^a-z0-9._:-]+/g, '-')
  return `${authorStated || author === makerOf(provider) ? (author ?? provider) : provider}/${tidy}`
}

function keyOf(author: string, words: readonly string[]): string {
  return `${author} ${[...words].sort().join(' ')}`
}

function coarseKey(author: string, words: readonly string[]): string {
  return keyOf(
    author,
    words.filter((word) => !OPTIONAL.test(word)),
  )
}

function without(words: readonly string[], others: readonly string[]): readonly string[] {
  return words.filter((word) => !others.includes(word))
}

function difference(a: readonly string[], b: readonly string[]): number {
  return without(a, b).length + without(b, a).length
}
