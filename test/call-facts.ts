import type { Dialect } from '../src/receive/dialects/dialect.ts'

/** What a call of a test has besides its bytes. */
export function callFacts(dialect: Dialect) {
  return {
    dialect,
    caller: { name: 'test' },
    openRouterClient: false,
    maxDepth: 99,
    defaultPolicy: 'balanced',
    storage: 'full' as const,
    receivedAt: 0,
    startedAt: 0,
  }
}
