/**
 * A process that records calls until it is killed. Prints, each on a line of its own: `found <ids>` (what the
 * recorder held at its start; only when asked to look), then every id whose append has resolved as durable:
 * that is the moment at which a caller gets the last byte.
 */
import { writeSync } from 'node:fs'
import { openRecorder } from '../src/record/recorder.ts'
import { sampleCall } from './record-sample.ts'

const [dataFolder = '', run = '', look = '', bodyBytes = '0', databaseUrl] = process.argv.slice(2)
const WRITERS = 4

const recorder = await openRecorder({
  dataFolder,
  durability: 'fsync',
  now: Date.now,
  ...(databaseUrl === undefined ? {} : { databaseUrl }),
})
if (look === 'look') {
  const { calls: stored } = (await recorder.list({ limit: 1_000_000 }))!
  say(`found ${stored.map(({ generation }) => generation.id).join(' ')}`)
}
let count = 0
for (let writer = 0; writer < WRITERS; writer++) void append()

async function append(): Promise<void> {
  for (;;) {
    const number = count++
    const id = `gen-${run}-${number}`
    const { durable } = await recorder.append(sampleCall({ id, bodyBytes: Number(bodyBytes) }))
    if (durable) say(id)
    // Calls come from outside: let the event loop turn, and the worker have a share.
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Returns when all of it is in the pipe, which takes a long line in pieces and says EAGAIN when it is full. */
function say(line: string): void {
  const bytes = Buffer.from(`${line}\n`)
  for (let sent = 0; sent < bytes.length; ) {
    try {
      sent += writeSync(1, bytes, sent)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    }
  }
}
