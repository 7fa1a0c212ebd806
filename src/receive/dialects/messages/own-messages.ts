import { isObject } from '../../../json/is-object.ts'
import type { Call } from '../../call.ts'
import type { Fields } from '../../fields.ts'
import { isSealed, SEAL_MARK } from '../sealed-metadata.ts'

/**
 * The `messages` of a body, as JSON text, without thoughts that carry our seal: what another vendor thought and signed,
 * which Anthropic would refuse as forged. Undefined where there are none, so that the bytes can pass as they are.
 */
export function ownMessages({ bytes, body: { messages } }: Pick<Call, 'bytes' | 'body'>): string | undefined {
  if (!bytes.includes(SEAL_MARK) || !Array.isArray(messages)) return undefined
  const own = messages.flatMap(withoutSealed)
  const isSame = own.length === messages.length && own.every((message, i) => message === messages[i])
  return isSame ? undefined : JSON.stringify(own)
}

/** An answer that was nothing but thoughts is left out: Anthropic refuses one without content, and joins the turns beside it. */
function withoutSealed(message: unknown): unknown[] {
  if (!isObject(message) || !Array.isArray(message.content)) return [message]
  const content = message.content.filter((block) => !(isObject(block) && isOthers(block)))
  if (content.length === message.content.length) return [message]
  return content.length === 0 ? [] : [{ ...message, content }]
}

function isOthers({ type, signature, data }: Fields): boolean {
  const seal = type === 'thinking' ? signature : type === 'redacted_thinking' ? data : undefined
  return typeof seal === 'string' && isSealed(seal)
}
