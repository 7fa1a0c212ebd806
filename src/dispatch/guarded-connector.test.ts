import assert from 'node:assert/strict'
import dns from 'node:dns'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { after, before, test } from 'node:test'
import { guardedConnector } from './guarded-connector.ts'

const server = createServer((socket) => socket.destroy())
before(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
after(() => server.close())

const connect = guardedConnector(
  { timeout: 1_000 },
  (host) => host === 'own.example' || host === '10.255.255.1',
)

/** `connected`, or the code of the error. */
function at(hostname: string): Promise<string | undefined> {
  const port = String((server.address() as AddressInfo).port)
  return new Promise((resolve) => {
    connect({ hostname, protocol: 'http:', port }, (error, socket) => {
      socket?.destroy()
      resolve(error === null ? 'connected' : (error as NodeJS.ErrnoException).code)
    })
  })
}

test('a name that is not in the configuration must be at a public address, one that is may be anywhere at home', async (context) => {
  let address = '127.0.0.1'
  context.mock.method(dns, 'lookup', ((
    _host: string,
    _options: object,
    callback: (...told: unknown[]) => void,
  ) => callback(null, [{ address, family: address.includes(':') ? 6 : 4 }])) as unknown as typeof dns.lookup)
  assert.equal(await at('own.example'), 'connected')
  for (address of ['127.0.0.1', '10.0.0.1', '192.168.1.1', '100.64.0.1', '::ffff:10.0.0.1', 'fd12::1', '::1'])
    assert.equal(await at('catalog.example'), 'ADDRESS_REFUSED', address)
  for (address of ['169.254.169.254', '::ffff:169.254.169.254', 'fe80::1', 'fd00:ec2::254'])
    assert.equal(await at('own.example'), 'ADDRESS_REFUSED', address)
})

test('this machine may be called by its own name and address, which hide nothing', async () => {
  assert.equal(await at('127.0.0.1'), 'connected')
  assert.equal(await at('localhost'), 'connected')
  for (const address of ['10.0.0.1', '169.254.169.254', '[fd12::1]'])
    assert.equal(await at(address), 'ADDRESS_REFUSED', address)
})
