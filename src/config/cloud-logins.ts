import type { ProviderFamily } from '../market/offer.ts'
import { readKeyFile } from './key-file.ts'
import type { Environment } from './load.ts'
import type { FoundKeys } from './provider-keys.ts'

/** Keys of families whose login is more than one variable; undefined for all others. */
export function cloudLogin(
  family: ProviderFamily | undefined,
): ((environment: Environment) => FoundKeys | undefined) | undefined {
  if (family === 'amazon-bedrock') return awsKeys
  return family === 'vertex' ? googleCredentials : undefined
}

/** A Bedrock API key, or the access key that signs requests: one key each, the latter with colons between its parts. */
function awsKeys(environment: Environment): FoundKeys | undefined {
  const { AWS_BEARER_TOKEN_BEDROCK: bearer, AWS_ACCESS_KEY_ID: id } = environment
  const { AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: session } = environment
  const found = [
    ...(bearer?.trim() ? [{ key: bearer.trim(), source: 'AWS_BEARER_TOKEN_BEDROCK' }] : []),
    ...(id && secret
      ? [{ key: [id, secret, ...(session ? [session] : [])].join(':'), source: 'AWS_ACCESS_KEY_ID' }]
      : []),
  ]
  if (found.length === 0) return undefined
  return { keys: found.map(({ key }) => key), source: found.map(({ source }) => source).join(', ') }
}

/** The file that GOOGLE_APPLICATION_CREDENTIALS names, else those of gcloud or of the machine, where a project is named. */
function googleCredentials(environment: Environment): FoundKeys | undefined {
  const { GOOGLE_APPLICATION_CREDENTIALS: path, GOOGLE_VERTEX_PROJECT: project } = environment
  if (path) {
    const source = 'GOOGLE_APPLICATION_CREDENTIALS'
    const file = readKeyFile(path)
    return 'keys' in file ? { ...file, source, files: [path] } : { keys: [], source, ...file, files: [path] }
  }
  return project ? { keys: [], source: 'GOOGLE_VERTEX_PROJECT' } : undefined
}
