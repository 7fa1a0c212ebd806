import assert from 'node:assert/strict'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { type CommandLine, commandLineIn, firstJson } from '../../test/command-line.ts'

let folder: string
let commands: CommandLine

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'meritorder-up-'))
  writeFileSync(join(folder, 'meritorder.yaml'), 'local_servers: { discover: false }\nserver: { port: 0 }\n')
  commands = commandLineIn(folder)
})
after(() => rmSync(folder, { recursive: true, force: true }))

async function stop(child: ChildProcessWithoutNullStreams): Promise<number | null> {
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  const [code] = await exit
  return code
}

describe('a gateway on the practice market', () => {
  let gateway: ChildProcessWithoutNullStreams
  let started: { url: string; practice: boolean; endpoints: number; providers: { simulated: boolean }[] }
  let id: string

  before(async () => {
    gateway = commands.start(['up', '--practice', '--json'])
    started = (await firstJson(gateway)) as typeof started
    const { port } = new URL(started.url)
    writeFileSync(
      join(folder, 'running.yaml'),
      `server: { port: ${port} }\nlocal_servers: { discover: false }\n`,
    )
    const body = JSON.stringify({
      model: 'auto',
      max_tokens: 5,
      messages: [{ role: 'user', content: 'Hello' }],
    })
    const reply = await fetch(`${started.url}/v1/chat/completions`, { method: 'POST', body })
    assert.equal(reply.status, 200, await reply.text())
    id = reply.headers.get('x-meritorder-generation-id') ?? ''
  })
  after(() => gateway.kill('SIGKILL'))

  it('says where it listens and that every provider is simulated', () => {
    assert.match(started.url, /^http:\/\/127\.0\.0\.1:\d+$/)
    assert.equal(started.practice, true)
    assert.ok(started.endpoints > 0)
    assert.ok(started.providers.every(({ simulated }) => simulated))
  })

  it('`generations` asks it, because its data folder admits one opener', async () => {
    const { code, stdout } = await commands.run(['generations', '--json', '-c', 'running.yaml'])
    assert.equal(code, 0)
    assert.equal(JSON.parse(stdout)[0].id, id)
    const told = await commands.run(['generations', 'show', id, '-c', 'running.yaml'])
    assert.equal(told.code, 0)
    assert.match(told.stdout, /\(simulated\)/)
  })

  it('an unknown generation is a failure', async () => {
    const { code, stdout } = await commands.run([
      'generations',
      'show',
      'gen-0',
      '--json',
      '--url',
      started.url,
    ])
    assert.equal(code, 1)
    assert.equal(JSON.parse(stdout).error.code, 'not_found')
  })

  it('`doctor` knows it', async () => {
    const { stdout } = await commands.run(['doctor', '--json', '-c', 'running.yaml'])
    const { checks } = JSON.parse(stdout)
    const port = checks.find(({ name }: { name: string }) => name === 'port')
    assert.match(port.detail, /a gateway runs here/)
  })

  it('a second one on the same data folder is refused', async () => {
    const { code, stdout } = await commands.run(['up', '--practice', '--json'])
    assert.equal(code, 1)
    assert.match(JSON.parse(stdout).error.message, /data folder is in use/)
  })

  it('SIGTERM ends it, and its records are there without it', async () => {
    assert.equal(await stop(gateway), 0)
    const { code, stdout } = await commands.run(['generations', '--json', '-c', 'running.yaml'])
    assert.equal(code, 0)
    assert.deepEqual(
      JSON.parse(stdout).map((one: { id: string }) => one.id),
      [id],
    )
  })
})

it('without any provider it starts, says how to get one and offers the practice market', async () => {
  const gateway = commands.start(['up'], { MERITORDER_HOME: 'other' })
  let banner = ''
  for await (const chunk of gateway.stdout.iterator({ destroyOnReturn: false })) {
    banner += chunk
    if (banner.includes('Ctrl-C')) break
  }
  assert.match(banner, /none found/)
  assert.match(banner, /OPENAI_API_KEY/)
  assert.match(banner, /--practice/)
  assert.equal(await stop(gateway), 0)
})

it('before the first call there are no generations, and asking creates nothing', async () => {
  const { code, stdout } = await commands.run(['generations', '--json'], { MERITORDER_HOME: 'absent' })
  assert.deepEqual([code, JSON.parse(stdout)], [0, []])
})

it('case 48: a host that others can reach is refused without client keys', async () => {
  const { code, stderr } = await commands.run(['up', '--host', '0.0.0.0'])
  assert.equal(code, 1)
  assert.match(stderr, /meritorder\.yaml:\d+:\d+: `server\.host` is 0\.0\.0\.0.*server\.keys/)
})

it('`simulate` serves its providers until it is stopped', async () => {
  const simulator = commands.start(['simulate', '--port', '0', '--instant', '--json'])
  const told = (await firstJson(simulator)) as {
    url: string
    endpoints: { provider: string }[]
    faults: string[]
  }
  const reply = await fetch(`${told.url}/${told.endpoints[0]?.provider}/v1/models`)
  assert.equal(reply.headers.get('x-simulated'), 'true')
  assert.ok(told.faults.includes('hang'))
  await reply.text()
  const rest = text(simulator.stderr)
  assert.equal(await stop(simulator), 0)
  assert.equal(await rest, '')
})
