import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { MeritorderError } from '../errors.ts'
import { isLoopback, loadConfig } from './load.ts'
import { policiesOf } from './policies.ts'

const folder = mkdtempSync(join(tmpdir(), 'meritorder-config-'))
after(() => rmSync(folder, { recursive: true }))

function load(text: string, environment: Record<string, string> = {}) {
  const path = join(folder, 'meritorder.yaml')
  writeFileSync(path, text)
  return loadConfig({ path, environment, cwd: folder }).config
}

function problemsOf(text: string) {
  try {
    load(text)
  } catch (error) {
    assert.ok(error instanceof MeritorderError)
    assert.equal(error.code, 'invalid_request')
    return error.message.split('\n')
  }
  return assert.fail(`accepted:\n${text}`)
}

describe('without a file', () => {
  const empty = mkdtempSync(join(tmpdir(), 'meritorder-empty-'))
  after(() => rmSync(empty, { recursive: true }))

  it('everything is default: loopback, port 4141, bodies stored, data beside the working folder', () => {
    const { config, path } = loadConfig({ environment: {}, cwd: empty })
    assert.equal(path, undefined)
    assert.equal(config.server.host, '127.0.0.1')
    assert.equal(config.server.port, 4141)
    assert.equal(config.server.max_body_bytes, 50 * 1024 * 1024)
    assert.equal(config.policy.default, 'balanced')
    assert.equal(config.record.storage, 'full')
    assert.equal(config.record.durability, 'fsync')
    assert.equal(config.record.data_folder, join(empty, '.meritorder'))
    assert.equal(config.local_servers.discover, true)
  })

  it('MERITORDER_HOME moves the data folder', () => {
    const { config } = loadConfig({ environment: { MERITORDER_HOME: '/srv/m' }, cwd: empty })
    assert.equal(config.record.data_folder, '/srv/m')
  })

  it('a named file that does not exist is an error that names it', () => {
    assert.throws(
      () => loadConfig({ path: 'absent.yaml', environment: {}, cwd: empty }),
      /cannot read the configuration .*absent\.yaml/,
    )
  })

  it('the command line may not open the gateway to the network without keys', () => {
    const options = { environment: {}, cwd: empty, overrides: { host: '0.0.0.0' } }
    assert.throws(() => loadConfig(options), /0\.0\.0\.0.*server\.keys/)
  })
})

describe('a file', () => {
  it('is found in the working folder and its data folder is relative to it', () => {
    writeFileSync(join(folder, 'meritorder.yaml'), 'record:\n  data_folder: records\n')
    const loaded = loadConfig({ environment: {}, cwd: folder })
    assert.equal(loaded.path, join(folder, 'meritorder.yaml'))
    assert.equal(loaded.config.record.data_folder, join(folder, 'records'))
  })

  it('may name an embedder, which predictors then know by its model', () => {
    const { embedder } = load(
      `embedder: { base_url: "https://acme.example/v1/", model: e5, dimensions: 256, key: "\${ACME}" }\n`,
      { ACME: 'k' },
    )
    assert.deepEqual(embedder, {
      kind: 'http',
      name: 'e5@256',
      baseUrl: 'https://acme.example/v1',
      model: 'e5',
      dimensions: 256,
      key: 'k',
      batch: 32,
      timeoutMs: 1_000,
    })
    assert.equal(load('').embedder, undefined)
  })

  it('may name a model to run here: by its id, or by its folder relative to the file', () => {
    const model = (onnx: string) => {
      const { embedder } = load(`embedder: { onnx: ${onnx} }\n`)
      return embedder?.kind === 'onnx' ? [embedder.name, embedder.model, embedder.isFolder] : []
    }
    assert.deepEqual(model('acme/e5'), ['onnx:acme/e5', 'acme/e5', false])
    assert.deepEqual(model('./e5'), ['onnx:./e5', join(folder, 'e5'), true])
    assert.deepEqual(model('/models/e5'), ['onnx:/models/e5', '/models/e5', true])
  })

  it('may have empty sections', () => {
    assert.equal(load('server:\nproviders:\nlog:\n').server.port, 4141)
    assert.equal(load('').server.port, 4141)
  })

  it('that listens on the network needs keys and stores only metadata by default', () => {
    assert.deepEqual(
      problemsOf('server:\n  host: 0.0.0.0\n').map((line) => line.slice(0, 24)),
      ['meritorder.yaml:2:9: `se'],
    )
    const keyed = load(`server:\n  host: 0.0.0.0\n  keys:\n    - { name: app, sha256: ${'a'.repeat(64)} }\n`)
    assert.equal(keyed.record.storage, 'metadata')
  })

  it('may let a key keep less than is kept of all, and not more', () => {
    const keyed = (storage: string) =>
      `server:\n  keys:\n    - name: app\n      sha256: ${'a'.repeat(64)}\n      storage: ${storage}\nrecord: { storage: hashed }\n`
    assert.equal(load(keyed('metadata')).server.keys[0]?.storage, 'metadata')
    const [problem] = problemsOf(keyed('redacted'))
    assert.match(
      problem ?? '',
      /server\.keys\[0\]\.storage` must be one of hashed, metadata, off, not "redacted"/,
    )
  })

  it('may bring policies of its own and make one the default', () => {
    const { policy } = load(
      'policy:\n  default: green\n  policies:\n    green: { weights: { carbon_kg: 5 } }\n',
    )
    assert.equal(policy.default, 'green')
    assert.equal(policiesOf(policy).green?.weights.carbonKg, 5)
    assert.equal(policiesOf(policy).balanced?.name, 'balanced')
  })

  it('may hold a policy whose band is proven, and none whose band is another than the proven one', () => {
    const evidence =
      '{ quality_band: 0.1, data: o.jsonl, sha256: "0123456789abcdef", prompts: 900, baseline: a/b, keep: 0.95, confidence: 0.95, method: learn-then-test, quality_share: 1, proven_share: 0.96, folds: 5, seed: 1, date: 2026-01-31 }'
    const policies = (band: number) =>
      `policy:\n  policies:\n    kept:\n      quality_band: ${band}\n      evidence: ${evidence}\n`
    assert.equal(policiesOf(load(policies(0.1)).policy).kept?.evidence?.prompts, 900)
    assert.deepEqual(problemsOf(policies(0.2)), [
      'meritorder.yaml:5:33: `policy.policies.kept.evidence.quality_band` is 0.1, and the band of the policy 0.2: calibrate again, or remove the evidence',
    ])
  })

  it('may take the database URL from the environment', () => {
    const text = `record:\n  database_url: \${DB}\n`
    assert.equal(load(text, { DB: 'postgres://u@h/d' }).record.database_url, 'postgres://u@h/d')
    assert.match(problemsOf(text)[0] ?? '', /^meritorder\.yaml:2:17: .*\$\{DB\}.*not set$/)
  })
})

describe('errors name file, line, column, key and what is allowed', () => {
  const cases: [string, string, string | RegExp][] = [
    [
      'a wrong type',
      'server:\n  host: 127.0.0.1\n  port: http\n',
      'meritorder.yaml:3:9: `server.port` must be a whole number from 0 to 65535, not "http"',
    ],
    [
      'a number out of range',
      'server: { port: 70000 }\n',
      'meritorder.yaml:1:17: `server.port` must be a whole number from 0 to 65535, not 70000',
    ],
    [
      'a word that is not among the allowed ones',
      'record:\n  storage: everything\n',
      'meritorder.yaml:2:12: `record.storage` must be one of full, redacted, hashed, metadata, off, not "everything"',
    ],
    [
      'a misspelt section, with the one that was meant',
      '# comment\nsevrer:\n  port: 1\n',
      /^meritorder\.yaml:2:1: unknown key `sevrer`; did you mean `server`\?; allowed here: server, admission, providers, /,
    ],
    [
      'an unknown key that resembles none, without a guess',
      'log:\n  colour: red\n',
      'meritorder.yaml:2:3: unknown key `colour`; allowed here: level',
    ],
    [
      'a missing value, at the entry that lacks it',
      'server:\n  keys:\n    - name: app\n',
      /^meritorder\.yaml:3:7: `server\.keys\[0\]\.sha256` is missing: it must be text of the form \^\[0-9a-f\]\{64\}\$ \(SHA-256/,
    ],
    [
      'an impossible provider name',
      'providers:\n  My Host:\n    base_url: http://10.0.0.1/v1\n',
      /^meritorder\.yaml:2:3: `providers\.My Host` is no possible name/,
    ],
    [
      'an address that is no URL',
      'providers:\n  acme:\n    base_url: acme.example\n',
      'meritorder.yaml:3:15: `providers.acme.base_url` must be a URL that starts with http:// or https://',
    ],
    [
      'a key where the name of a variable belongs, without repeating it',
      'providers:\n  acme:\n    key_env: [sk-secret-key]\n',
      'meritorder.yaml:3:15: `providers.acme.key_env[0]` must be text of the form ^[A-Za-z_]\\w*$',
    ],
    [
      'keys that are no text, without repeating them',
      'providers:\n  acme:\n    keys: [12345678]\n',
      'meritorder.yaml:3:12: `providers.acme.keys[0]` must be text',
    ],
    [
      'a negative price',
      'providers:\n  acme:\n    models:\n      - id: m\n        price: { prompt: -1, completion: 1 }\n',
      'meritorder.yaml:5:26: `providers.acme.models[0].price.prompt` must be a number from 0 to 1000000, not -1',
    ],
    [
      'a section that is a word',
      'server: yes\n',
      /^meritorder\.yaml:1:9: `server` must be a section with keys among host, /,
    ],
    [
      'an embedder that is neither a host nor a model to run',
      'embedder:\n  model: e5\n',
      /^meritorder\.yaml:2:3: `embedder` is incomplete: it needs either `base_url` and `model` of a host, or `onnx`/,
    ],
    [
      'an embedder that is both',
      'embedder: { onnx: acme/e5, key: k }\n',
      /^meritorder\.yaml:1:11: `embedder` has both/,
    ],
    [
      'an embedder whose key is not there',
      'embedder: { base_url: "http://127.0.0.1:1/v1", model: e5, key_env: ABSENT_KEY }\n',
      /^meritorder\.yaml:1:11: `embedder`: the variable ABSENT_KEY named by key_env is not set/,
    ],
    ['a list at the top', '- a\n', /^meritorder\.yaml:1:1: .*a section with keys among server/],
    ['a key written twice', 'log:\n  level: info\n  level: warn\n', /^meritorder\.yaml:3:3: .*unique/],
    ['broken YAML', 'server:\n  port: [1\n', /^meritorder\.yaml:3:1: /],
    ['a tab used to indent', 'server:\n\tport: 1\n', /^meritorder\.yaml:2:1: /],
    [
      'a tag that asks for code',
      'log:\n  level: !!js/function "x"\n',
      /^meritorder\.yaml:2:10: .*[Uu]nresolved tag/,
    ],
  ]
  for (const [name, text, expected] of cases) {
    it(name, () => {
      const [first = ''] = problemsOf(text)
      if (typeof expected === 'string') assert.equal(first, expected)
      else assert.match(first, expected)
    })
  }

  it('all problems at once, in the order of the file', () => {
    const lines = problemsOf('log:\n  level: loud\nserver:\n  port: x\n')
    assert.deepEqual(
      lines.map((line) => line.split(': ')[0]),
      ['meritorder.yaml:2:10', 'meritorder.yaml:4:9'],
    )
  })

  it('never shows a key that was put in the wrong place', () => {
    const [first = ''] = problemsOf('providers:\n  acme:\n    key: 12345678\n')
    assert.match(first, /`providers\.acme\.key` must be text$/)
  })
})

describe('a hostile file', () => {
  it('with aliases that unfold without end is refused', () => {
    const levels = Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`)
    assert.throws(() => load(`a0: &a0 [x]\n${levels.join('\n')}\n`), /alias/)
  })

  it('larger than a mebibyte is not read', () => {
    assert.throws(() => load(`# ${'x'.repeat(1_100_000)}\n`), /has \d+ bytes; at most 1048576/)
  })

  it('nested without end is refused in reasonable time', () => {
    assert.throws(() => load(`server: ${'['.repeat(100_000)}`), MeritorderError)
    assert.throws(() => load('- '.repeat(100_000)), MeritorderError)
  })

  it('cannot reach prototypes', () => {
    assert.match(problemsOf('__proto__:\n  server: { port: 1 }\n')[0] ?? '', /unknown key `__proto__`/)
    assert.equal(({} as { server?: unknown }).server, undefined)
  })
})

it('only loopback addresses count as this machine', () => {
  for (const host of ['127.0.0.1', '127.1.2.3', 'localhost', '::1']) assert.ok(isLoopback(host), host)
  for (const host of ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example', 'example.org'])
    assert.ok(!isLoopback(host), host)
})
