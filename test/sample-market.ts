import { ARENA_CATEGORIES } from '../src/decide/arena-categories.ts'
import { POLICIES } from '../src/decide/policies.ts'
import type { PolicyRequest } from '../src/decide/policy.ts'
import type { QualityPrior } from '../src/decide/quality-artifact.ts'
import type { UnratedPrior } from '../src/decide/unrated.ts'
import type { Catalog, Endpoint, EndpointHealth, Market } from '../src/market/offer.ts'
import { INTENTS, type IntentName } from '../src/understand/intent-names.ts'
import type { Needs, Prompt } from '../src/understand/prompt.ts'

/** An endpoint with everything that a test does not care about filled in. Prices in USD per million tokens. */
export function endpoint(
  id: string,
  model: string,
  price?: readonly [prompt: number, completion: number],
  facts: Partial<Endpoint> = {},
): Endpoint {
  const [provider = '', ...rest] = id.split('/')
  const perToken = (usd: number) => (usd / 1e6).toFixed(12)
  return {
    id,
    provider,
    model,
    upstreamModel: rest.join('/'),
    ...(price === undefined ? {} : { price: { prompt: perToken(price[0]), completion: perToken(price[1]) } }),
    contextTokens: 128_000,
    maxCompletionTokens: 16_384,
    input: ['text'],
    output: ['text'],
    supports: { tools: true, structuredOutput: true, reasoning: false, temperature: true },
    ...facts,
  }
}

/** A catalog of the given endpoints, with the providers and models that they name. */
export function catalogOf(endpoints: readonly Endpoint[]): Catalog {
  const slugs = new Set(endpoints.map(({ model }) => model))
  const providers = new Set(endpoints.map(({ provider }) => provider))
  return {
    version: 'sample',
    providers: [...providers].map((slug) => ({
      slug,
      name: slug.toUpperCase(),
      family: 'openai-compatible',
      baseUrl: slug === 'ollama' ? 'http://127.0.0.1:11434/v1' : `https://api.${slug}.example/v1`,
      keyVariables: slug === 'ollama' ? [] : [`${slug.toUpperCase()}_API_KEY`],
    })),
    models: [...slugs].map((slug) => ({ slug, name: slug, openWeights: false, reasoning: false })),
    endpoints,
  }
}

/** Seven hosts and five models: `acme/large` is best, then `acme/middle`, `open/medium-70b` and `open/small-8b`; nobody rated `new/unrated`. */
export const SAMPLE_ENDPOINTS: readonly Endpoint[] = [
  endpoint('acme/large-1', 'acme/large', [5, 25], { input: ['text', 'image', 'file'] }),
  endpoint('acme/middle-1', 'acme/middle', [1, 5], { input: ['text', 'image'] }),
  endpoint('mall/acme/large', 'acme/large', [5.5, 27], { input: ['text', 'image'] }),
  endpoint('groq/medium-70b-versatile', 'open/medium-70b', [0.6, 0.8]),
  endpoint('mall/open/medium-70b', 'open/medium-70b', [0.3, 0.5]),
  endpoint('trial/open/medium-70b', 'open/medium-70b', [0, 0]),
  endpoint('riddle/medium', 'open/medium-70b'),
  endpoint('mall/open/small-8b', 'open/small-8b', [0.05, 0.1], {
    contextTokens: 8_192,
    supports: { tools: false, structuredOutput: false, reasoning: false, temperature: true },
  }),
  endpoint('ollama/small:8b', 'open/small-8b', undefined, {
    supports: { tools: false, structuredOutput: false, reasoning: false, temperature: true },
  }),
  endpoint('mall/new/unrated', 'new/unrated', [0.2, 0.2]),
  endpoint('acme/large-0', 'acme/large-0', [4, 20], { status: 'deprecated' }),
  endpoint('acme/text-embed', 'acme/text-embed', [0.1, 0]),
]

/** 50 Elo points a year and 60 per tenfold size; `acme` is 40 points ahead of other makers. */
export const SAMPLE_UNRATED: UnratedPrior = {
  flat: { mean: 1280, sd: 80 },
  intercept: 1400,
  perYear: 50,
  perSizeDecade: 60,
  firstRelease: '2023-01-01',
  lastRelease: '2026-01-01',
  smallest: 1,
  largest: 1000,
  makers: new Map([['acme', { mean: 40, sd: 30 }]]),
  otherMakersSd: 50,
}

/** The given overall ratings, the same in every category; the reference is `open/small-8b`. */
export function priorOf(ratings: Readonly<Record<string, number>>): QualityPrior {
  const flat = (value: number) => ARENA_CATEGORIES.map(() => value)
  return {
    version: 'sample',
    reference: 'open/small-8b',
    categories: ARENA_CATEGORIES,
    models: new Map(Object.entries(ratings).map(([slug, elo]) => [slug, { mean: flat(elo), sd: flat(10) }])),
    unrated: SAMPLE_UNRATED,
    lines: ARENA_CATEGORIES.map(() => ({ intercept: 0, slope: 1, tau: 0 })),
  }
}

export const SAMPLE_PRIOR: QualityPrior = priorOf({
  'acme/large': 1460,
  'acme/large-0': 1470,
  'acme/middle': 1435,
  'open/medium-70b': 1380,
  'open/small-8b': 1320,
})

/** What is known of an endpoint that was never called. */
export const UNTRIED: EndpointHealth = { successRate: 1, attempts: 0, pausedUntil: 0 }

export function marketOf(
  endpoints: readonly Endpoint[],
  health: Readonly<Record<string, Partial<EndpointHealth>>> = {},
): Market {
  return { catalog: catalogOf(endpoints), health: (id) => ({ ...UNTRIED, ...health[id] }) }
}

/** A prompt of 1,000 tokens of English text of one intent that needs nothing special. */
export function promptOf(
  facts: Partial<Omit<Prompt, 'needs'>> & {
    readonly intent?: IntentName
    readonly needs?: Partial<Needs>
  } = {},
): Prompt {
  const { intent = 'open_question', needs, ...rest } = facts
  return {
    text: '',
    tokens: 1000,
    language: 'en',
    codeShare: 0,
    embedding: new Float32Array(0),
    intentProbabilities: Float32Array.from(INTENTS, (name) => (name === intent ? 1 : 0)),
    intents: [{ intent, p: 1 }],
    artifact: 'intents:sample',
    ...rest,
    needs: {
      tools: false,
      images: false,
      files: false,
      audio: false,
      video: false,
      jsonSchema: false,
      outputModalities: [],
      ...needs,
    },
  }
}

/** A wish for the named models in order, or for `auto` when none is named. */
export function wishFor(models: readonly string[] = [], more: Partial<PolicyRequest> = {}): PolicyRequest {
  return {
    requested: models[0] ?? 'auto',
    selector: models.length === 0 ? { kind: 'auto' } : { kind: 'models', models },
    policy: 'balanced',
    limits: {},
    allowFallbacks: true,
    ...more,
  }
}

export const SAMPLE_CONTEXT = { policies: POLICIES, now: 1_000_000, random: () => 0.5 }
