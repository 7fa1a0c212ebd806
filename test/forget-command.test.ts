import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { commandLineIn } from './command-line.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

let t: TestGateway
let run: ReturnType<typeof commandLineIn>['run']
before(async () => {
  // Nothing listens there: a command without an address works on the folder.
  t = await startTestGateway('server: { port: 1 }\n')
  run = commandLineIn(t.folder).run
})
after(() => t.close())

async function ask(body: object): Promise<void> {
  const messages = [{ role: 'user', content: 'Name a river.' }]
  const asked = { model: 'auto', max_tokens: 20, messages, ...body }
  const path = 'metadata' in body ? '/messages' : '/chat/completions'
  const reply = await fetch(`${t.gateway.url}/v1${path}`, { method: 'POST', body: JSON.stringify(asked) })
  assert.equal(reply.status, 200, await reply.text())
}

/** The users of the calls that are recorded. */
async function recorded(environment: Record<string, string> = {}): Promise<readonly string[]> {
  const at = 'MERITORDER_HOME' in environment ? [] : ['--url', t.gateway.url]
  const { code, stdout, stderr } = await run(['generations', '--json', ...at], environment)
  assert.equal(code, 0, stderr)
  const stories = JSON.parse(stdout) as { tags: { user: string } }[]
  return stories.map(({ tags }) => tags.user)
}

test('forget deletes what a running gateway holds of a user, and says what is gone, left, and not looked at', async () => {
  await ask({ user: 'anna' })
  await ask({ safety_identifier: 'anna' })
  await ask({ metadata: { user_id: 'anna' } })
  await ask({ user: 'ben' })
  const { url } = t.gateway
  const json = await run(['forget', '--user', 'anna', '--url', url, '--json'])
  assert.equal(json.code, 0, json.stderr)
  const { user, deleted, remaining, not_covered: notCovered } = JSON.parse(json.stdout)
  assert.deepEqual([user, deleted.generations, remaining.generations], ['anna', 3, 0])
  assert.ok(notCovered.length > 0)
  assert.deepEqual(await recorded(), ['ben'])

  const said = await run(['forget', '--user', 'ben', '--url', url])
  assert.equal(said.code, 0, said.stderr)
  assert.match(said.stdout, /1 call of ben deleted/)
  assert.match(said.stdout, /generations +1 +0/)
  assert.match(said.stdout, /Not looked at:\n +files that were exported/)
  assert.deepEqual(await recorded(), [])
})

test('without a gateway it works on the folder, also where nothing was ever recorded', async () => {
  const nowhere = await run(['forget', '--user', 'anna', '--json'], { MERITORDER_HOME: `${t.folder}/empty` })
  assert.equal(nowhere.code, 0, nowhere.stderr)
  assert.deepEqual(JSON.parse(nowhere.stdout).deleted, {})

  await ask({ user: 'carl' })
  await ask({ user: 'dora' })
  await t.gateway.close()
  const home = { MERITORDER_HOME: `${t.folder}/data` }
  const { code, stdout, stderr } = await run(['forget', '--user', 'carl', '--json'], home)
  assert.equal(code, 0, stderr)
  assert.deepEqual(JSON.parse(stdout).deleted.generations, 1)
  assert.deepEqual(await recorded(home), ['dora'])
})

test('whom to forget must be said', async () => {
  const { code, stderr } = await run(['forget'])
  assert.notEqual(code, 0)
  assert.match(stderr, /--user/)
})
