import pg, { type Connection } from 'pg'
import { COPY, type CopyResult } from './copy-statement.ts'

/** A connection that understands the statements of `copy-statement.ts` too, for `pg.Pool`. */
export class CopyingClient extends pg.Client {
  // biome-ignore lint/suspicious/noExplicitAny: one method of pg stands for a dozen signatures
  override query(...given: any[]): any {
    const [text, values] = given
    if (typeof text === 'string' && COPY.test(text)) return this.#copy(text, values?.[0])
    return super.query(...(given as Parameters<pg.Client['query']>))
  }

  #copy(text: string, data: Uint8Array | undefined): Promise<{ command: 'COPY'; rows: CopyResult[] }> {
    return new Promise((resolve, reject) => {
      const received: Buffer[] = []
      // What `pg` asks of a query in its queue: https://github.com/brianc/node-pg-copy-streams has the same.
      super.query({
        submit: (connection) => (connection as Copying).query(text),
        handleCopyInResponse(connection: Copying) {
          connection.sendCopyFromChunk(data ?? new Uint8Array())
          connection.endCopyFrom()
        },
        // A copy of it: `pg` writes what comes next over the same memory.
        handleCopyData: ({ chunk }: { readonly chunk: Buffer }) => received.push(Buffer.from(chunk)),
        handleCommandComplete: () => {},
        handleReadyForQuery: () =>
          resolve({ command: 'COPY', rows: data ? [] : [{ data: Buffer.concat(received) }] }),
        handleError: reject,
      } satisfies pg.Submittable & Record<string, unknown>)
    })
  }
}

/** What `pg` has on its connections for whoever copies, and its types lack. */
interface Copying extends Connection {
  query(text: string): void
  sendCopyFromChunk(chunk: Uint8Array): void
  endCopyFrom(): void
}
