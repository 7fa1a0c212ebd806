import assert from 'node:assert/strict'
import { it } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { createLog } from './log.ts'

function logged(
  level: string,
  readable: boolean,
  write: (log: ReturnType<typeof createLog>) => void,
): string[] {
  const lines: string[] = []
  write(createLog(level, { destination: { write: (line) => void lines.push(line) }, readable }))
  return lines.map((line) => stripVTControlCharacters(line))
}

it('writes one JSON object a line', () => {
  const [line = ''] = logged('info', false, (log) => log.info({ port: 4141 }, 'listening'))
  const entry = JSON.parse(line)
  assert.equal(entry.msg, 'listening')
  assert.equal(entry.port, 4141)
})

it('keeps silent below its level', () => {
  assert.deepEqual(
    logged('warn', false, (log) => log.info('detail')),
    [],
  )
})

it('never writes the value of a key-like field', () => {
  const lines = logged('info', false, (log) =>
    log.info(
      { apiKey: 'sk-1', provider: { key: 'sk-2' }, headers: { authorization: 'Bearer sk-3' } },
      'called',
    ),
  )
  assert.doesNotMatch(lines.join(), /sk-/)
  assert.match(lines.join(), /\[secret\]/)
})

it('writes a readable line for a person', () => {
  const [line = ''] = logged('info', true, (log) =>
    log.error({ err: new Error('no space left'), folder: '/srv' }, 'cannot write'),
  )
  assert.match(line, /^\d\d:\d\d:\d\d error cannot write {2}folder=\/srv no space left\n$/)
})

it('lets nothing that was said elsewhere begin a line of its own or command the terminal', () => {
  const [line = ''] = logged('info', true, (log) =>
    log.warn({ why: 'busy\n08:00:00 error forged\u001b[2J', err: new Error('a\r\u009bb') }, 'refused'),
  )
  assert.match(line, /refused {2}why=busy 08:00:00 error forged \[2J a b\n$/)
})
