import { authorOfFamily, knownAuthor, makerOf, splitLabel } from './model-authors.ts'

/** A host's model id, taken apart. */
export interface ModelName {
  /** As OpenRouter writes it; absent when neither the id nor the family says. */
  readonly author?: string
  /** True when the id itself names the author (`Qwen/…`), false when its family or its host does. */
  readonly authorStated: boolean
  /** The model's own name, lower case, without host decoration and quantisation. */
  readonly name: string
  /** The name's words; a version is one word (`4.5`), a date is eight digits, order is kept. */
  readonly words: readonly string[]
}

/** Path segments that say how a model is reached or sold. */
const PATH_WORDS = new Set([
  ...[
    'workers-ai',
    '@cf',
    'accounts',
    'fireworks',
    'models',
    'routers',
    'hf',
    'public',
    'route',
    'pro',
    'tee',
  ],
])

/** Names before the slash that are hosts or packagers of others' models, where the name says whose they are. */
const RESELLERS = new Set([
  ...['baseten', 'cerebras', 'chutesai', 'cortecs', 'databricks', 'empiriolabs', 'fireworks-ai', 'groq'],
  ...['neuralmagic', 'novita', 'redhatai', 'siliconflow', 'unsloth'],
])

/** Authors that also publish others' models in their own number formats; the format in the name gives it away. */
const REQUANTISERS = new Set(['nvidia', 'intel', 'amd'])

/** What hosts put before the ids of their models. */
const HOST_PREFIX: ReadonlyMap<string, RegExp> = new Map(
  Object.entries({
    aihubmix: /^(alicloud|coding|deep)-/,
    databricks: /^databricks-/,
    gitlab: /^duo-chat-/,
    llama: /^(cerebras|groq)-/,
    'nano-gpt': /^azure-/,
    'umans-ai': /^umans-(?=.*\d)/,
    'umans-ai-coding-plan': /^umans-(?=.*\d)/,
  }),
)

/** What hosts append to the ids of the same weights, served faster, cheaper or elsewhere. */
const HOST_SUFFIX: ReadonlyMap<string, RegExp> = new Map(
  Object.entries({
    clarifai: /-high-throughput$/,
    inceptron: /-fast$/,
    'nano-gpt': /-original(?=$|:)/,
    nebius: /-fast$/,
    neuralwatt: /(-(short|fast|flex))+$/,
    poe: /-(cs|fw|el)$/,
  }),
)

/** Number formats of the weights: how a model is served, not what it is. */
const FORMAT =
  /[-_](fp8|fp4|nvfp4|mxfp4|bf16|fp16|int4-mixed-ar|int4|int8|awq|qat|gptq|gguf|mlx|[468]bit|i?q\d_(k_[msl]|xs|\d))(?=$|[-_])/g

/** Enclaves, conversions and free tiers at the end of a name. */
const SERVING = /-(dynamic|tee|maas|hf|tput|free)$/

/**
 * Takes a host's model id apart: `anthropic.claude-sonnet-4-5-20250929-v1:0` at Bedrock becomes author `anthropic` and
 * the words `claude sonnet 4.5 20250929`.
 */
export function readModelName(provider: string, id: string): ModelName {
  const { segments, last } = splitPath(provider, id.trim().toLowerCase())
  const decorated = last
    .replace(HOST_PREFIX.get(provider) ?? /^$/, '')
    .replace(HOST_SUFFIX.get(provider) ?? /^$/, '')
  const formatted = decorated.replace(FORMAT, '')
  const labelled = splitLabel(withoutServing(formatted))
  const family = authorOfFamily(labelled.name)
  const stated = segments.findLast((segment) => !PATH_WORDS.has(segment)) ?? ''
  const resold = RESELLERS.has(stated) || (REQUANTISERS.has(stated) && formatted !== decorated)
  const useStated = stated !== '' && !(resold && family !== undefined)
  const author = useStated
    ? (knownAuthor(stated) ?? stated)
    : (labelled.author ?? family ?? makerOf(provider))
  return {
    ...(author !== undefined && { author }),
    authorStated: useStated || labelled.author !== undefined,
    name: labelled.name,
    words: wordsOf(labelled.name),
  }
}

/** Separates the path of an id (`accounts/fireworks/models/…`, `us.anthropic.…`, `hf:Qwen/…`) from the name at its end. */
function splitPath(provider: string, id: string): { segments: string[]; last: string } {
  let text = id.replace(/^hf:/, '').replace(/^~/, '')
  if (provider.startsWith('amazon-bedrock')) {
    text = text
      .replace(/^(us-gov|us|eu|au|jp|apac|ca|sa|global)\./, '')
      .replace(/^([a-z0-9]+)\.(?=[a-z])/, '$1/')
      .replace(/-v?\d+:\d+$|-v1$/, '')
  }
  text = text
    .replace(/^([a-z]+)--/, '$1/')
    .replace(/@default$/, '')
    .replace(/@(?=\d)/, '-')
  // Fireworks and Kimi write the point of a version as `p`: `glm-5p1`.
  if (/^(fireworks|kimi)/.test(provider))
    text = text.replace(/(\d)p(\d)/g, '$1.$2').replace('llama-v3', 'llama-3')
  const router = text.includes('/routers/')
  const segments = text.split('/').filter((segment) => segment !== '')
  const last = segments.pop() ?? ''
  // Clarifai: owner/application/models/name.
  const kept = segments.includes('models') && !segments.includes('accounts') ? segments.slice(0, 1) : segments
  return { segments: kept, last: router ? last.replace(/-(fast|turbo)$/, '') : last }
}

function withoutServing(name: string): string {
  let text = name.replace(/:(free|\d{4,})$/, '')
  for (;;) {
    const shorter = text.replace(SERVING, '')
    if (shorter === text) return text
    text = shorter
  }
}

/** The words of a name, with versions joined and dates written as eight digits. */
function wordsOf(name: string): string[] {
  const pieces = name
    .split(/[-_.:@\s]+/)
    .filter((piece) => piece !== '')
    // `qwen3`, `llama3`, `opus4` are two words; `v3`, `o3`, `a22b`, `e4b` are one.
    .flatMap((piece) => /^([a-z]{2,})(\d.*)$/.exec(piece)?.slice(1, 3) ?? [piece])
  const words = joinNumbers(pieces)
  if (words.at(-1) === 'think') words[words.length - 1] = 'thinking'
  const named = words.includes('claude')
  return !named && words.some((word) => /^(opus|sonnet|haiku)$/.test(word)) ? ['claude', ...words] : words
}

function joinNumbers(pieces: readonly string[]): string[] {
  const words: string[] = []
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i] ?? ''
    const [next = '', afterNext = ''] = pieces.slice(i + 1, i + 3)
    if (/^20\d\d$/.test(piece) && /^\d\d$/.test(next) && /^\d\d$/.test(afterNext)) {
      words.push(`${piece}${next}${afterNext}`)
      i += 2
    } else if (/^2[3-9](0[1-9]|1[0-2])\d\d$/.test(piece)) {
      words.push(`20${piece}`)
    } else if (/^[a-z]?\d{1,2}$/.test(piece) && /^\d{1,2}$/.test(next)) {
      words.push(Number(next) === 0 ? piece : `${piece}.${next}`)
      i += 1
    } else {
      words.push(piece)
    }
  }
  return words
}
