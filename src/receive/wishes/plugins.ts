import { MeritorderError } from '../../errors.ts'
import { isObject } from '../../json/is-object.ts'
import { type Fields, optional, readArray, readBoolean, readObject, readWord, wrong } from '../fields.ts'

/** Plugins that have an effect here. */
const DONE = ['auto-router', 'auto-beta-router', 'context-compression', 'file-parser'] as const

/** Plugins of OpenRouter's that need what a gateway does not have, and what to do instead. */
const REFUSED: Readonly<Record<string, string>> = {
  web: 'there is no search engine here; offer a search as one of your tools',
  'web-fetch': 'nothing is fetched here; offer it as one of your tools',
  moderation: 'no moderation model is asked here; ask one yourself before the call',
  'response-healing': 'answers are passed on as they are; ask for a json_schema',
  fusion: 'one call asks one model here',
  'pareto-router': 'its settings have no effect here; use "auto-router"',
}

/**
 * Reads `plugins` in OpenRouter's shape and gives those that are switched on, by id.
 *
 * @throws MeritorderError `invalid_request` for a plugin that nobody knows, that cannot be had here, or that is listed
 *   twice.
 */
export function readPlugins(body: Fields): ReadonlyMap<string, Fields> {
  const plugins = new Map<string, Fields>()
  for (const [i, item] of (optional(readArray, body.plugins, 'plugins') ?? []).entries()) {
    const plugin = readObject(item, `plugins[${i}]`)
    const { id } = plugin
    const known = [...DONE, ...Object.keys(REFUSED)]
    if (typeof id !== 'string' || !known.includes(id))
      throw wrong(`plugins[${i}].id`, `one of ${DONE.join(', ')}`)
    if (optional(readBoolean, plugin.enabled, 'plugins[].enabled') === false) continue
    const reason = REFUSED[id]
    if (reason !== undefined) throw cannot(`plugins[${i}].id`, `the plugin "${id}" is not supported`, reason)
    if (plugins.has(id)) throw wrong(`plugins[${i}].id`, 'listed once')
    plugins.set(id, plugin)
  }
  checkFileParser(plugins.get('file-parser'), body)
  return plugins
}

/** True where a prompt that is too long may be shortened in its middle. @throws MeritorderError `invalid_request` */
export function readCompression(plugins: ReadonlyMap<string, Fields>, transforms: unknown): boolean {
  const plugin = plugins.get('context-compression')
  optional(readWord(['middle-out'] as const), plugin?.engine, 'plugins[].engine')
  const listed = optional(readArray, transforms, 'transforms') ?? []
  for (const item of listed) readWord(['middle-out'] as const)(item, 'transforms[]')
  return plugin !== undefined || listed.length > 0
}

/** Files go to models that read them; a parser that makes text of them would be needed only for others. */
function checkFileParser(plugin: Fields | undefined, { messages }: Fields): void {
  const pdf = optional(readObject, plugin?.pdf, 'plugins[].pdf')
  const engine = pdf?.engine
  if (engine === undefined || engine === null || engine === 'native' || !hasFile(messages)) return
  throw cannot('plugins[].pdf.engine', 'no parser of files is here', 'leave the engine off, or send "native"')
}

function hasFile(messages: unknown): boolean {
  if (!Array.isArray(messages)) return false
  return messages.some(
    (message) =>
      isObject(message) &&
      Array.isArray(message.content) &&
      message.content.some((part) => isObject(part) && part.type === 'file'),
  )
}

/** The error for what OpenRouter has and a gateway of one's own cannot do. */
export function cannot(field: string, what: string, instead: string): MeritorderError {
  return new MeritorderError('invalid_request', `${field}: ${what}: ${instead}.`, { limit: field })
}
