import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { ARTIFACTS_FOLDER, loadCatalog } from '../artifacts.ts'
import { MeritorderError } from '../errors.ts'
import type { Catalog, Provider } from './offer.ts'
import { parseProviderFacts, withoutFacts, withProviderFacts } from './provider-facts.ts'

const shipped = parseProviderFacts(
  JSON.parse(readFileSync(join(ARTIFACTS_FOLDER, 'provider-facts.json'), 'utf8')),
)
const NOTHING = {
  training: 'unknown',
  retention_days: 'unknown',
  zdr_available: 'unknown',
  headquarters: 'unknown',
  regions: 'unknown',
}
const SOURCE = { source: 'https://acme.example/privacy', date: '2026-11-26' }
const factsOf = (facts: object) => parseProviderFacts({ providers: { acme: { ...NOTHING, ...facts } } })
const acme: Provider = {
  slug: 'acme',
  name: 'Acme',
  family: 'openai-compatible',
  keyVariables: [],
}
const catalog: Catalog = { version: 'test', providers: [acme], models: [], endpoints: [] }

test('every provider of the catalog has a row, and no row is of anybody else', () => {
  const { providers } = loadCatalog('/nowhere')
  assert.deepEqual(Object.keys(shipped.providers).sort(), providers.map(({ slug }) => slug).sort())
})

test('what is known of a provider has an https source and the date on which it was read', () => {
  let known = 0
  for (const [slug, facts] of Object.entries(shipped.providers))
    for (const [name, fact] of Object.entries(facts)) {
      if (fact === 'unknown') continue
      known++
      assert.equal(new URL(fact.source).protocol, 'https:', `${slug} ${name}`)
      assert.match(fact.date, /^\d{4}-\d{2}-\d{2}$/, `${slug} ${name}`)
    }
  assert.ok(known > 100, `${known} facts`)
})

test('a fact without a source, a date or a possible value is refused by its name', () => {
  for (const [facts, named] of [
    [{ training: true }, /acme\.training/],
    [{ training: { value: true } }, /acme\.training/],
    [{ training: { value: true, ...SOURCE, source: 'http://acme.example' } }, /acme\.training/],
    [{ retention_days: { value: -1, ...SOURCE } }, /acme\.retention_days/],
    [{ headquarters: { value: 'UK', ...SOURCE } }, /acme\.headquarters/],
    [{ headquarters: { value: 'EU', ...SOURCE } }, /acme\.headquarters/],
    [{ regions: { value: [], ...SOURCE } }, /acme\.regions/],
    [{ regions: { value: ['Mars'], ...SOURCE } }, /acme\.regions/],
    [{ zdr: 'unknown' }, /acme/],
  ] as const)
    assert.throws(
      () => factsOf(facts),
      (error) => error instanceof MeritorderError && named.test(error.message),
      JSON.stringify(facts),
    )
})

test('what is known becomes part of the provider, with its sources; what is unknown stays absent', () => {
  const facts = factsOf({
    training: { value: false, ...SOURCE },
    retention_days: { value: 30, ...SOURCE },
    headquarters: { value: 'DE', ...SOURCE },
  })
  const source = { url: SOURCE.source, date: SOURCE.date }
  assert.deepEqual(withProviderFacts(catalog, facts).providers, [
    {
      ...acme,
      dataPolicy: { training: false, retentionDays: 30 },
      headquarters: 'DE',
      sources: { training: source, retention_days: source, headquarters: source },
    },
  ])
  assert.deepEqual(withProviderFacts(catalog, factsOf({})).providers, [{ ...acme, sources: {} }])
})

test('of a provider at another address nothing of this is known', () => {
  const facts = factsOf({ training: { value: false, ...SOURCE }, regions: { value: ['DE'], ...SOURCE } })
  assert.deepEqual(withoutFacts(withProviderFacts(catalog, facts).providers[0]!), acme)
})
