/**
 * The floor for any gateway on Node: raw `node:http` in, undici `Pool.dispatch` out, nothing read. Arguments: the
 * upstream, and `journal` for the floor of any gateway that keeps its promise: request and reply are on the disk, by
 * Meritorder's own journal, before the caller has the last byte.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pool } from 'undici'
import { type JournalWriter, openJournal } from '../../src/record/journal/writer.ts'

const [, , upstream = '', kept] = process.argv
const pool = new Pool(upstream, { connections: 512 })
const journal = kept === 'journal' ? await openScratchJournal() : undefined

const server = createServer({ noDelay: true }, (request, reply) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks)
    const answer: Buffer[] = []
    pool.dispatch(
      {
        path: request.url ?? '/',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      },
      {
        onRequestStart() {},
        onResponseStart(_controller, status, headers) {
          reply.writeHead(status, headers)
        },
        onResponseData(_controller, chunk) {
          if (journal === undefined) reply.write(chunk)
          else answer.push(chunk)
        },
        onResponseEnd() {
          if (journal === undefined) reply.end()
          else void keep(journal, body, Buffer.concat(answer)).then((whole) => reply.end(whole))
        },
        onResponseError() {
          reply.destroy()
        },
      },
    )
  })
})
async function keep(into: JournalWriter, request: Buffer, answer: Buffer): Promise<Buffer> {
  await into.append('{}', request, answer.toString())
  return answer
}

async function openScratchJournal(): Promise<JournalWriter> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-journal-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  process.on('SIGTERM', () => process.exit(0))
  let segments = 0
  return openJournal({
    folder,
    durability: 'fsync',
    newId: () => `bench-${segments++}`,
    onDurable: () => {},
    onTrouble: (error) => console.error(error.message),
    onRecovery: () => {},
  })
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address !== null) console.log(address.port)
})
