import assert from 'node:assert/strict'
import test from 'node:test'
import { MeritorderError } from '../errors.ts'
import { parseCatalog } from './catalog.ts'
import { describeCatalog } from './catalog-facts.ts'
import { readCatalog } from './catalog-file.ts'

const valid = () => ({
  version: '1',
  providers: [{ slug: 'acme', name: 'Acme', family: 'openai-compatible', keyVariables: ['ACME_KEY'] }],
  models: [{ slug: 'acme/one', name: 'One', openWeights: true, reasoning: false }],
  endpoints: [
    {
      id: 'acme/one',
      provider: 'acme',
      model: 'acme/one',
      upstreamModel: 'one',
      price: {
        prompt: '0.000001',
        completion: '0',
        tiers: [{ aboveTokens: 10, prompt: '1', completion: '2' }],
      },
      input: ['text'],
      output: ['text'],
      supports: { tools: true, structuredOutput: false, reasoning: false, temperature: true },
    },
  ],
})

test('a valid catalog is returned as it is', () => {
  assert.deepEqual(parseCatalog(valid()), valid())
})

test('a wrong field is refused with its place and what it must be', () => {
  const broken: [(catalog: ReturnType<typeof valid>) => void, RegExp][] = [
    [(c) => Object.assign(c, { version: 1 }), /version must be a string/],
    [(c) => Object.assign(c, { endpoints: {} }), /endpoints must be a list/],
    [
      (c) => Object.assign(c.providers[0]!, { family: 'soap' }),
      /providers "acme": family must be one of openai-compatible/,
    ],
    [(c) => Object.assign(c.providers[0]!, { keyVariables: [1] }), /keyVariables must be a list of strings/],
    [
      (c) => Object.assign(c.models[0]!, { activeParameters: { low: 3, high: 1 } }),
      /activeParameters must be/,
    ],
    [(c) => Object.assign(c.endpoints[0]!, { provider: 'other' }), /provider must be one of the providers/],
    [(c) => Object.assign(c.endpoints[0]!, { model: 'other' }), /model must be one of the models/],
    [
      (c) => Object.assign(c.endpoints[0]!, { contextTokens: -1 }),
      /contextTokens must be a positive whole number/,
    ],
    [(c) => Object.assign(c.endpoints[0]!, { output: ['smell'] }), /output must be a list of text/],
    [(c) => Object.assign(c.endpoints[0]!, { supports: {} }), /supports\.tools must be true or false/],
    [(c) => Object.assign(c.endpoints[0]!.price, { prompt: 0.1 }), /price\.prompt must be a decimal/],
    [
      (c) => Object.assign(c.endpoints[0]!.price, { cacheRead: '1e-6' }),
      /price\.cacheRead must be a decimal/,
    ],
    [
      (c) => Object.assign(c.endpoints[0]!.price, { reasoning: '0.0000000000000001' }),
      /price\.reasoning must be/,
    ],
    [
      (c) => Object.assign(c.endpoints[0]!.price.tiers[0]!, { aboveTokens: 0 }),
      /aboveTokens must be positive/,
    ],
    [(c) => c.endpoints.push(c.endpoints[0]!), /endpoints "acme\/one" must be listed once/],
    [(c) => c.models.push(valid().models[0]!), /models "acme\/one" must be listed once/],
  ]
  for (const [breakIt, message] of broken) {
    const catalog = valid()
    breakIt(catalog)
    assert.throws(
      () => parseCatalog(catalog, 'my.json'),
      (error) => {
        assert.ok(error instanceof MeritorderError)
        assert.equal(error.code, 'unprocessable')
        assert.match(error.message, /^my\.json is no valid catalog/)
        assert.match(error.message, message)
        return true
      },
    )
  }
})

test('what is no catalog at all is refused', () => {
  for (const value of [null, undefined, 1, 'x', [], {}, { version: '1' }])
    assert.throws(() => parseCatalog(value), MeritorderError)
})

test('the shipped catalog is valid and as large as its card says', () => {
  const { models, endpoints, providers, shared_models } = describeCatalog(
    readCatalog('artifacts/catalog.json'),
  )
  assert.ok(shared_models >= 220 && endpoints >= 2000 && providers >= 60 && models >= shared_models)
})

test('the shipped catalog is read in a fraction of a second', () => {
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now()
    readCatalog('artifacts/catalog.json')
    return performance.now() - start
  })
  // The best of five, because the machine may be busy; the aim is 60 ms.
  assert.ok(Math.min(...times) < 400, `${Math.min(...times).toFixed(0)} ms`)
})
