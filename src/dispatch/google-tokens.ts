import { APICallError } from '@ai-sdk/provider'
import { GoogleAuth, type JWTInput } from 'google-auth-library'
import { fetch } from 'undici'
import { MeritorderError } from '../errors.ts'
import type { Pools } from './pools.ts'
import { parseJson } from './refusal.ts'

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform'

/**
 * Access tokens for Google Cloud, kept until shortly before they end. Credentials are the JSON of a service account, of a
 * user or of a federated identity; '' stands for Application Default Credentials: gcloud's, or the machine's own.
 *
 * The returned function throws an APICallError with status 401 when Google refuses the credentials, MeritorderError
 * `server` when they are none.
 */
export function createGoogleTokens(pools: Pools): (credentials: string, provider: string) => Promise<string> {
  const known = new Map<string, GoogleAuth>()
  /** The library's requests, through our connections. */
  const fetchImplementation = ((input: string | URL, init?: RequestInit) =>
    fetch(String(input), {
      ...(init as object),
      redirect: 'error',
      dispatcher: pools.of(new URL(String(input)).origin),
    })) as unknown as typeof globalThis.fetch
  return async (credentials, provider) => {
    let auth = known.get(credentials)
    if (auth === undefined) {
      auth = new GoogleAuth({
        scopes: SCOPE,
        ...(credentials === '' ? {} : { credentials: readCredentials(credentials, provider) }),
        clientOptions: { transporterOptions: { fetchImplementation } },
      })
      known.set(credentials, auth)
    }
    try {
      const token = await auth.getAccessToken()
      if (token) return token
    } catch (error) {
      throw refusal(error)
    }
    throw refusal(new Error('no access token came'))
  }
}

function readCredentials(text: string, provider: string): JWTInput {
  const value = parseJson(text) as JWTInput | undefined
  if (typeof value?.type === 'string') return value
  throw new MeritorderError(
    'server',
    `The key of ${provider} must be the JSON of Google credentials: name their file in GOOGLE_APPLICATION_CREDENTIALS or providers.${provider}.key_file.`,
    { provider },
  )
}

/** A broken connection stays what it is; everything else means that these credentials open nothing. */
function refusal(error: unknown): unknown {
  if (!(error instanceof Error) || isOfTheNetwork(error)) return error
  return new APICallError({
    message: `Google refuses the credentials: ${error.message.slice(0, 200)}`,
    url: '',
    requestBodyValues: {},
    statusCode: 401,
  })
}

function isOfTheNetwork(error: Error & { status?: unknown; code?: unknown }): boolean {
  return typeof error.code === 'string' && typeof error.status !== 'number'
}
