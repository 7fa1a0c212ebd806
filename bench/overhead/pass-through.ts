/** The floor for any gateway on Node: raw `node:http` in, undici `Pool.dispatch` out, nothing read, nothing kept. */
import { createServer } from 'node:http'
import { Pool } from 'undici'

const upstream = process.argv[2] ?? ''
const pool = new Pool(upstream, { connections: 512 })

const server = createServer({ noDelay: true }, (request, reply) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    pool.dispatch(
      {
        path: request.url ?? '/',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: Buffer.concat(chunks),
      },
      {
        onRequestStart() {},
        onResponseStart(_controller, status, headers) {
          reply.writeHead(status, headers)
        },
        onResponseData(_controller, chunk) {
          reply.write(chunk)
        },
        onResponseEnd() {
          reply.end()
        },
        onResponseError() {
          reply.destroy()
        },
      },
    )
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address !== null) console.log(address.port)
})
