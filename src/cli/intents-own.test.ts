import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { commandLineIn } from '../../test/command-line.ts'
import { sampleTickets } from '../../test/sample-tickets.ts'

const folder = mkdtempSync(join(tmpdir(), 'meritorder-own-intents-'))
const { run } = commandLineIn(folder)
const file = join(folder, 'data', 'intents.own.json')
after(() => rmSync(folder, { recursive: true, force: true }))

async function json(...args: readonly string[]) {
  const { code, stdout, stderr } = await run([...args, '--json'], { MERITORDER_HOME: join(folder, 'data') })
  return { code, stderr, value: JSON.parse(stdout) }
}

const routed = () =>
  json('route', '--all-providers', 'Ticket: the coffee machine leaks. Draft a reply and set the priority.')

before(() => {
  writeFileSync(join(folder, 'meritorder.yaml'), 'local_servers: { discover: false }\n')
  writeFileSync(join(folder, 'tickets.txt'), sampleTickets(20).join('\n'))
  writeFileSync(join(folder, 'more.txt'), [...sampleTickets(30), ...sampleTickets(2)].join('\n'))
})

test('an intent is added, told apart, listed, replaced and removed', async () => {
  const { code, value } = await json('intents', 'add', 'ticket', '--examples', 'tickets.txt')
  assert.equal(code, 0)
  assert.ok(value.recognised >= 16 && value.recognised <= 20, `${value.recognised}`)
  assert.ok(value.mistaken >= 0 && value.mistaken < 0.02, `${value.mistaken}`)
  const { recognised, mistaken } = value
  const one = { name: 'ticket', examples: 20, recognised, mistaken }
  assert.deepEqual(value, { ...one, repeated: 0, replaced: false, file })

  const { intents, artifact } = (await routed()).value
  assert.equal(intents[0].intent, 'ticket')
  assert.match(artifact, / own-intents:[0-9a-f]{12}$/)

  const listed = (await json('intents', 'list')).value
  assert.deepEqual(listed.own, [one])
  assert.equal(listed.shipped.length, 59)

  const again = (await json('intents', 'add', 'ticket', '--examples', 'more.txt')).value
  assert.deepEqual([again.examples, again.repeated, again.replaced], [30, 2, true])

  const removed = (await json('intents', 'remove', 'ticket')).value
  assert.equal(removed.examples, 30)
  assert.deepEqual((await json('intents', 'list')).value.own, [])
})

test('intents fitted for another version are left out with a word, and fitted again from their examples', async () => {
  const { stdout } = await run(['intents', 'add', 'ticket', '--examples', 'tickets.txt'], {
    MERITORDER_HOME: join(folder, 'data'),
  })
  assert.match(stdout, /recognises \d+ of 20 examples that it was not fitted on/)
  const fitted = readFileSync(file, 'utf8')
  writeFileSync(file, fitted.replace(/"features":\d+/, '"features":1'))
  const left = await routed()
  assert.equal(left.code, 0)
  assert.notEqual(left.value.intents[0].intent, 'ticket')
  assert.match(left.stderr, /intents\.own\.json was fitted on features version 1.*meritorder intents refit/)
  assert.equal((await json('intents', 'refit')).value.own[0].name, 'ticket')
  assert.equal(readFileSync(file, 'utf8'), fitted)
})

test('a damaged file is named, and nothing is added to it', async () => {
  writeFileSync(file, '{"intents":')
  const { code, value } = await json('intents', 'add', 'ticket', '--examples', 'tickets.txt')
  assert.equal(code, 1)
  assert.match(value.error.message, /intents\.own\.json is damaged.*remove it and add the intents again/)
  assert.equal(readFileSync(file, 'utf8'), '{"intents":')
})

test('names that cannot be, and intents that are not there, are refused', async () => {
  for (const name of ['ranking', 'a b']) {
    assert.equal((await json('intents', 'add', name, '--examples', 'tickets.txt')).code, 2, name)
  }
  rmSync(file)
  const { code, value } = await json('intents', 'remove', 'ticket')
  assert.equal(code, 1)
  assert.match(value.error.message, /ticket is no intent of your own. You have none/)
})
