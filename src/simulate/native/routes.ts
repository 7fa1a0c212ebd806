import { anthropic } from './anthropic.ts'
import { bedrock } from './bedrock.ts'
import { chatCompletions } from './chat-completions.ts'
import { cohere } from './cohere.ts'
import { gemini } from './gemini.ts'
import type { NativeDialect, Target } from './native-dialect.ts'
import { responses } from './responses.ts'

/** A simulated provider's chat call, as its path says it. */
export interface NativeRoute {
  readonly provider: string
  readonly dialect: NativeDialect
  readonly target: Target
}

/**
 * Below `/PROVIDER` the paths are those of the real hosts, whatever their base path: `…/v1/chat/completions`,
 * `…/v1/messages`, `…/v1/responses`, `…/v2/chat`, `…/models/MODEL:generateContent`, `/model/MODEL/converse`.
 */
const ROUTES: readonly (readonly [path: RegExp, dialect: NativeDialect, stream?: boolean])[] = [
  [/\/chat\/completions$/, chatCompletions],
  [/\/responses$/, responses],
  [/\/messages$/, anthropic],
  [/\/v2\/chat$/, cohere],
  [/\/models\/([^/]+):generateContent$/, gemini, false],
  [/\/models\/([^/]+):streamGenerateContent$/, gemini, true],
  [/\/model\/([^/]+)\/converse$/, bedrock, false],
  [/\/model\/([^/]+)\/converse-stream$/, bedrock, true],
]

/** The provider and dialect behind a path without its query; undefined where there is none. */
export function nativeRoute(path: string): NativeRoute | undefined {
  const [, provider, rest = ''] = /^\/([^/]+)(\/.*)$/.exec(path) ?? []
  if (provider === undefined) return undefined
  for (const [pattern, dialect, stream] of ROUTES) {
    const match = pattern.exec(rest)
    if (match === null) continue
    const model = match[1]
    const target = {
      ...(model === undefined ? {} : { model: decodeURIComponent(model) }),
      ...(stream === undefined ? {} : { stream }),
    }
    return { provider, dialect, target }
  }
  return undefined
}
