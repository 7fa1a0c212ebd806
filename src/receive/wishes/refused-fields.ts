import { isObject } from '../../json/is-object.ts'
import type { Fields } from '../fields.ts'
import { cannot } from './plugins.ts'

/**
 * Refuses by name what OpenRouter would do for a call and nobody does here: its server tools and the echo of the
 * upstream's body. Left out silently, the answer would be another than the one asked for.
 *
 * @throws MeritorderError `invalid_request`
 */
export function refuseUnserved({ tools, debug, stream }: Fields): void {
  if (Array.isArray(tools))
    for (const [i, tool] of tools.entries())
      if (isObject(tool) && typeof tool.type === 'string' && tool.type.startsWith('openrouter:'))
        throw cannot(`tools[${i}].type`, `${tool.type} is run by OpenRouter only`, 'offer a function instead')
  if (isObject(debug) && debug.echo_upstream_body === true && stream === true)
    throw cannot('debug.echo_upstream_body', 'it is not supported', 'leave it off')
}
