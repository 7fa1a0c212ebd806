import { generateKeyPairSync } from 'node:crypto'
import { MockAgent } from 'undici'
import type { Pools } from '../src/dispatch/pools.ts'

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})

/** The file of a service account that nobody has. */
export const GOOGLE_CREDENTIALS = JSON.stringify({
  type: 'service_account',
  project_id: 'p',
  private_key_id: 'k',
  private_key: privateKey,
  client_email: 'meritorder@p.iam.gserviceaccount.com',
  client_id: '1',
  token_uri: 'https://oauth2.googleapis.com/token',
})

/** Connections on which Google's token endpoint answers as it is told to; all others are real. */
export interface GoogleLogin extends Pools {
  /** What it was sent, oldest first. */
  readonly asked: string[]
  /** `ya29.token` for an hour, by default. */
  answer(status: number, body: object): void
}

export function withGoogleLogin(pools: Pools): GoogleLogin {
  const agent = new MockAgent()
  const google = agent.get('https://oauth2.googleapis.com')
  const asked: string[] = []
  let status = 200
  let reply: object = { access_token: 'ya29.token', expires_in: 3599, token_type: 'Bearer' }
  google
    .intercept({ path: '/token', method: 'POST' })
    .reply((sent) => {
      asked.push(String(sent.body))
      return {
        statusCode: status,
        data: reply,
        responseOptions: { headers: { 'content-type': 'application/json' } },
      }
    })
    .persist()
  return {
    asked,
    answer: (nextStatus, body) => {
      status = nextStatus
      reply = body
    },
    of: (origin) => (origin === 'https://oauth2.googleapis.com' ? google : pools.of(origin)),
    close: async () => {
      await agent.close()
      await pools.close()
    },
  }
}
