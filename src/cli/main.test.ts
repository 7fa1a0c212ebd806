import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { type CommandLine, commandLineIn } from '../../test/command-line.ts'

let folder: string
let run: CommandLine['run']

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'meritorder-cli-'))
  writeFileSync(join(folder, 'meritorder.yaml'), 'local_servers: { discover: false }\nserver: { port: 0 }\n')
  run = commandLineIn(folder).run
})
after(() => rmSync(folder, { recursive: true, force: true }))

async function json(args: readonly string[], environment?: Record<string, string>, input?: string) {
  const { code, stdout, stderr } = await run([...args, '--json'], environment, input)
  return { code, value: JSON.parse(stdout), stderr }
}

describe('help and wrong use', () => {
  it('--help lists the commands, with examples, and is no failure', async () => {
    const { code, stdout } = await run(['--help'])
    assert.equal(code, 0)
    for (const name of [
      'up',
      'route',
      'models',
      'providers',
      'generations',
      'simulate',
      'eval',
      'doctor',
      'Examples:',
    ]) {
      assert.ok(stdout.includes(name), name)
    }
  })

  it('--version prints the package’s version', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
    assert.deepEqual(await run(['--version']), { code: 0, stdout: `${version}\n`, stderr: '' })
  })

  it('no command at all shows the help and is wrong use', async () => {
    const { code, stderr } = await run([])
    assert.equal(code, 2)
    assert.match(stderr, /Usage: meritorder/)
  })

  for (const args of [
    ['fly'],
    ['route'],
    ['route', '--fast', 'x'],
    ['route', '--max-cost', 'much', 'x'],
    ['up', '--port', '99999'],
  ]) {
    it(`${args.join(' ')} is wrong use: exit code 2, and with --json an error object`, async () => {
      const { code, value, stderr } = await json(args)
      assert.equal(code, 2)
      assert.match(stderr, /^error: /)
      assert.equal(value.error.code, 'invalid_request')
    })
  }

  it('a command that lacks its subcommand is wrong use, and says so', async () => {
    const { code, value, stderr } = await json(['import'])
    assert.deepEqual([code, value.error.code], [2, 'invalid_request'])
    assert.match(value.error.message, /subcommand is missing/)
    assert.match(stderr, /Usage: meritorder import/)
  })

  it('a broken configuration is a failure that names file and line', async () => {
    writeFileSync(join(folder, 'broken.yaml'), 'server:\n  prot: 1\n')
    const { code, value } = await json(['providers', '--config', 'broken.yaml'])
    assert.equal(code, 1)
    assert.match(value.error.message, /^broken\.yaml:2:3: unknown key `prot`; did you mean `port`\?/)
    assert.equal(value.error.limit, 'server.prot')
  })
})

describe('route', () => {
  it('--json says model, provider, endpoint, policy, intents, candidates, removed and artifact', async () => {
    const { code, value } = await json(['route', '--all-providers', 'Correct this sentense.'])
    assert.equal(code, 0)
    const { model, provider, endpoint, policy, intents, candidates, removed, artifact } = value
    assert.equal(policy, 'balanced')
    assert.ok(intents.length > 0 && intents.every((one: { p: number }) => one.p > 0 && one.p <= 1))
    assert.deepEqual(
      [candidates[0].model, candidates[0].provider, candidates[0].endpoint],
      [model, provider, endpoint],
    )
    for (const one of candidates) {
      assert.ok(one.quality > 0 && one.quality < 1 && one.latency_ms > 0 && one.carbon_g > 0)
      assert.ok(one.cost_usd === null || one.cost_usd >= 0)
    }
    assert.ok(Array.isArray(removed))
    assert.equal(typeof artifact, 'string')
  })

  it('without any key decides over the whole catalog, and says so on stderr', async () => {
    const { code, value, stderr } = await json(['route', 'Hello'])
    assert.equal(code, 0)
    assert.ok(value.model.includes('/'))
    assert.match(stderr, /No provider key/)
  })

  it('with a key chooses only from that provider', async () => {
    const { value } = await json(['route', 'Hello'], { GROQ_API_KEY: 'k' })
    assert.equal(value.provider, 'groq')
    assert.ok(value.candidates.every((one: { provider: string }) => one.provider === 'groq'))
  })

  it('keeps within the allowed and excluded models', async () => {
    const { value } = await json([
      'route',
      '--all-providers',
      '--allow',
      'openai/*,anthropic/*',
      '--exclude',
      'openai/*',
      'Hello',
    ])
    assert.ok(value.candidates.every((one: { model: string }) => one.model.startsWith('anthropic/')))
    assert.ok(value.removed.length > 0)
  })

  it('takes the prompt from stdin with -', async () => {
    const { code, value } = await json(
      ['route', '--all-providers', '-'],
      {},
      'def add(a, b):\n  return a + b\n# explain this code',
    )
    assert.equal(code, 0)
    assert.ok(value.prompt_tokens > 5)
    assert.equal((await run(['route', '-'])).code, 2)
  })

  it('an unknown policy is a failure that names the known ones', async () => {
    const { code, value } = await json(['route', '--all-providers', '--policy', 'best', 'Hello'])
    assert.equal(code, 1)
    assert.match(value.error.message, /balanced/)
  })

  it('prints a table for people, without colours where there is no terminal', async () => {
    const { code, stdout } = await run(['route', '--all-providers', 'Correct this sentense.'])
    assert.equal(code, 0)
    assert.equal(stripVTControlCharacters(stdout), stdout)
    for (const part of [/^→ \S+\/\S+ at /m, /Intents/, /▸/, /\$ \/ 1,000 calls/, /CO₂e/])
      assert.match(stdout, part)
  })
})

describe('models and providers', () => {
  it('models are listed best first, and filtered by text, glob and provider', async () => {
    const { value } = await json(['models', '--all-providers'])
    assert.ok(value.models.length > 200)
    const qualities = value.models.map((one: { quality: number | null }) => one.quality ?? -1)
    assert.deepEqual(
      qualities,
      qualities.toSorted((a: number, b: number) => b - a),
    )
    const llama = await json(['models', 'meta-llama/*', '--provider', 'groq', '--all-providers'])
    assert.ok(llama.value.models.length > 0)
    for (const one of llama.value.models) {
      assert.match(one.model, /^meta-llama\//)
      assert.ok(one.providers.includes('groq'))
    }
  })

  it('providers say which variable enabled them, and never its value', async () => {
    const { stdout } = await run(['providers', '--json'], { GROQ_API_KEY: 'very-secret' })
    assert.doesNotMatch(stdout, /very-secret/)
    const { enabled } = JSON.parse(stdout)
    assert.deepEqual([enabled.length, enabled[0].provider, enabled[0].source], [1, 'groq', 'GROQ_API_KEY'])
    assert.ok(enabled[0].endpoints > 0)
  })

  it('providers --all names the variable of every other provider', async () => {
    const { value } = await json(['providers', '--all'])
    const openai = value.others.find((one: { provider: string }) => one.provider === 'openai')
    assert.deepEqual(openai.variables, ['OPENAI_API_KEY'])
  })
})

describe('doctor', () => {
  it('is content here, and says what could be better', async () => {
    const { code, value } = await json(['doctor'])
    assert.equal(code, 0, JSON.stringify(value))
    assert.equal(value.ok, true)
    const byName = Object.fromEntries(value.checks.map((one: { name: string }) => [one.name, one]))
    assert.equal(byName.artifacts.status, 'ok')
    assert.equal(byName.providers.status, 'warn')
    assert.match(byName.providers.fix, /OPENAI_API_KEY/)
  })

  it('fails where something else listens on the port', async () => {
    const stranger = createServer((_, reply) => reply.end('<html>'))
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
    const { port } = stranger.address() as AddressInfo
    writeFileSync(
      join(folder, 'taken.yaml'),
      `server: { port: ${port} }\nlocal_servers: { discover: false }\n`,
    )
    const { code, value } = await json(['doctor', '--config', 'taken.yaml'])
    stranger.close()
    assert.equal(code, 1)
    const finding = value.checks.find((one: { name: string }) => one.name === 'port')
    assert.equal(finding.status, 'fail')
    assert.match(finding.fix, /--port/)
  })
})
