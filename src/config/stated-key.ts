import type { Environment } from './load.ts'

/** A key that the configuration states, or what is missing of it. A secret: never log it. */
export interface StatedKey {
  readonly key?: string
  /** `configuration`, or the variable that holds it. */
  readonly source: string
  /** Why there is no key although one was named. */
  readonly missing?: string
}

/** The key that `key` or `key_env` of a section names; undefined where it names none. */
export function statedKey(
  {
    key: written,
    key_env: variable,
  }: { readonly key?: string | undefined; readonly key_env?: string | undefined },
  environment: Environment,
): StatedKey | undefined {
  if (written !== undefined) {
    const key = expand(written, environment)?.trim()
    const source = key === written ? 'configuration' : written.slice(2, -1)
    return key === undefined
      ? { source: 'configuration', missing: `its key refers to ${written}, and that variable is not set` }
      : { key, source }
  }
  if (variable === undefined) return undefined
  const key = environment[variable]?.trim()
  return key
    ? { key, source: variable }
    : { source: 'configuration', missing: `the variable ${variable} named by key_env is not set` }
}

/** Replaces a whole-value reference `${NAME}` by the variable; undefined when it is not set. */
export function expand(text: string, environment: Environment): string | undefined {
  const name = /^\$\{(\w+)\}$/.exec(text)?.[1]
  return name === undefined ? text : environment[name] || undefined
}
