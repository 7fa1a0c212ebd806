import { MeritorderError } from '../../errors.ts'
import { countriesOf, isInside, isPlace, PLACE_WORDS } from '../../market/places.ts'
import type { ModelJson } from './model-json.ts'

/** A model of the list with what its JSON does not say. */
export interface ListedModel {
  readonly json: ModelJson
  /** One of its hosts is known to keep no prompts. */
  readonly keepsNothing: boolean
  /** Its author is known to allow that others are trained on its answers. */
  readonly isDistillable: boolean
  /** Where each of its hosts is known to compute. */
  readonly regions: readonly (readonly string[])[]
}

/** What a caller asked of the list of models. */
export interface ModelQuery {
  readonly keeps: (model: ListedModel) => boolean
  /** Undefined: by slug, as listed. */
  readonly order: ((a: ListedModel, b: ListedModel) => number) | undefined
  readonly offset: number
  readonly limit: number
}

const MOST_LISTED = 1000
const DAY_SECONDS = 86_400

/**
 * Reads the query of `GET /models`, in OpenRouter's words. Lists are separated by commas; of input modalities and
 * parameters a model must have all, of outputs, authors and providers any.
 *
 * @param shown the outputs listed when the query does not say: OpenRouter's list has `text` only
 * @param now epoch ms
 * @throws MeritorderError `invalid_request` for a parameter that cannot be answered from what is known here, or whose value is wrong.
 */
export function readModelQuery(params: URLSearchParams, shown: string, now: number): ModelQuery {
  const read = (name: string) => params.get(name) ?? undefined
  for (const name of params.keys()) {
    if (UNANSWERABLE.has(name))
      throw refused(name, `cannot be answered: nothing here knows ${UNANSWERABLE.get(name)}`)
    if (!KNOWN.has(name)) throw refused(name, `is not known; known are ${[...KNOWN].join(', ')}`)
  }
  const filters = [...FILTERS].flatMap(([name, filter]) => {
    const value = name === 'output_modalities' ? (read(name) ?? shown) : read(name)
    return value === undefined ? [] : [filter(value, name, now)]
  })
  const sort = read('sort')
  const paged = params.has('offset') || params.has('limit')
  return {
    keeps: (model) => filters.every((keeps) => keeps(model)),
    order: sort === undefined ? undefined : readSort(sort),
    offset: wholeNumber(read('offset') ?? '0', 'offset', 0),
    limit: paged ? wholeNumber(read('limit') ?? '500', 'limit', 1, MOST_LISTED) : Number.POSITIVE_INFINITY,
  }
}

type Filter = (value: string, name: string, now: number) => (model: ListedModel) => boolean

const FILTERS: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['q', nameContains],
  ['supported_parameters', hasAll((model) => model.supported_parameters)],
  ['input_modalities', hasAll((model) => model.architecture.input_modalities)],
  ['output_modalities', hasAny((model) => ['all', ...model.architecture.output_modalities])],
  ['model_authors', hasAny((model) => [model.owned_by])],
  ['providers', hasAny((model) => model.providers)],
  ['arch', hasAny((model) => [model.architecture.tokenizer])],
  ['zdr', isTrue(({ keepsNothing }) => keepsNothing)],
  ['distillable', isTrue(({ isDistillable }) => isDistillable)],
  ['region', isServedIn],
  ['context', atLeast((model) => model.context_length ?? 0)],
  ['min_price', atLeast((model) => perMillion(model.pricing.prompt))],
  ['max_price', atMost((model) => perMillion(model.pricing.prompt))],
  ['min_output_price', atLeast((model) => perMillion(model.pricing.completion))],
  ['max_output_price', atMost((model) => perMillion(model.pricing.completion))],
  ['min_age_days', atLeast(ageDays)],
  ['max_age_days', atMost(ageDays)],
])

const KNOWN = new Set([...FILTERS.keys(), 'sort', 'offset', 'limit'])

const UNANSWERABLE: ReadonlyMap<string, string> = new Map([
  ['category', 'what a model is used for'],
  ['use_rss', 'of a feed'],
  ['use_rss_chat_links', 'of a feed'],
  ...['intelligence', 'coding', 'agentic'].flatMap((index) =>
    ['min', 'max'].map((end) => [`${end}_${index}_index`, 'that benchmark'] as const),
  ),
  ['min_tool_success_rate', 'how often tool calls are valid'],
  ['max_tool_success_rate', 'how often tool calls are valid'],
])

const SORTS: ReadonlyMap<string, (model: ModelJson) => number> = new Map([
  ['newest', (model: ModelJson) => -model.created],
  ['pricing-low-to-high', (model: ModelJson) => averagePrice(model) ?? Number.POSITIVE_INFINITY],
  ['pricing-high-to-low', (model: ModelJson) => -(averagePrice(model) ?? 0)],
  ['context-high-to-low', (model: ModelJson) => -(model.context_length ?? 0)],
])

function readSort(name: string): ModelQuery['order'] {
  const key = SORTS.get(name)
  if (key === undefined) throw refused('sort', `must be one of ${[...SORTS.keys()].join(', ')}`)
  return (a, b) => key(a.json) - key(b.json) || 0
}

function nameContains(text: string): (model: ListedModel) => boolean {
  const wanted = text.toLowerCase()
  return ({ json }) => `${json.id} ${json.name}`.toLowerCase().includes(wanted)
}

function hasAll(had: (model: ModelJson) => readonly string[]): Filter {
  return (list) => {
    const wanted = words(list)
    return ({ json }) => wanted.every((word) => had(json).some((one) => one.toLowerCase() === word))
  }
}

function hasAny(had: (model: ModelJson) => readonly string[]): Filter {
  return (list) => {
    const wanted = words(list)
    return ({ json }) => had(json).some((one) => wanted.includes(one.toLowerCase()))
  }
}

/** `true` keeps those that have it, `false` the others. */
/** One of its hosts is known to compute nowhere else; a country or a group of countries, in any case. */
function isServedIn(value: string, name: string): (model: ListedModel) => boolean {
  const place = value.toUpperCase()
  if (!isPlace(place)) throw refused(name, `must be ${PLACE_WORDS}`)
  const allowed = countriesOf([place])
  return ({ regions }) => regions.some((places) => isInside(places, allowed))
}

function isTrue(has: (model: ListedModel) => boolean): Filter {
  return (value, name) => {
    if (value !== 'true' && value !== 'false') throw refused(name, 'must be true or false')
    return (model) => has(model) === (value === 'true')
  }
}

/** A model whose figure nobody states is on neither side of any bound. */
function atLeast(figure: (model: ModelJson, now: number) => number | undefined): Filter {
  return (value, name, now) => {
    const bound = amount(value, name)
    return ({ json }) => (figure(json, now) ?? Number.NaN) >= bound
  }
}

function atMost(figure: (model: ModelJson, now: number) => number | undefined): Filter {
  return (value, name, now) => {
    const bound = amount(value, name)
    return ({ json }) => (figure(json, now) ?? Number.NaN) <= bound
  }
}

function perMillion(price: string): number | undefined {
  return price === '-1' ? undefined : Number((Number(price) * 1e6).toPrecision(12))
}

function averagePrice({ pricing }: ModelJson): number | undefined {
  return pricing.prompt === '-1' ? undefined : (Number(pricing.prompt) + Number(pricing.completion)) / 2
}

function ageDays({ created }: ModelJson, now: number): number | undefined {
  return created === 0 ? undefined : (now / 1000 - created) / DAY_SECONDS
}

function words(list: string): string[] {
  return list.split(',').map((word) => word.trim().toLowerCase())
}

function amount(text: string, name: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (Number.isFinite(value) && value >= 0) return value
  throw refused(name, 'must be a number of at least 0')
}

function wholeNumber(text: string, name: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  const upTo = most === Number.MAX_SAFE_INTEGER ? '' : ` and at most ${most}`
  throw refused(name, `must be a whole number of at least ${least}${upTo}`)
}

function refused(name: string, what: string): MeritorderError {
  return new MeritorderError('invalid_request', `The query's ${name.slice(0, 100)} ${what}.`, {
    limit: name.slice(0, 100),
  })
}
