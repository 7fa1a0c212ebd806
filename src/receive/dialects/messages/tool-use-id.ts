/** What Anthropic takes as the id of a tool's use. */
const ALLOWED = /^[a-zA-Z0-9_-]+$/

/** Says that another id is packed here. */
const MARK = 'meritorder_'

/**
 * The id of a tool call in Anthropic's alphabet: other vendors write `functions.search:0`, and a conversation that holds
 * such an id could not go on at Anthropic. `toolCallId` gives back what was packed.
 */
export function toolUseId(toolCallId: string): string {
  if (ALLOWED.test(toolCallId) && !toolCallId.startsWith(MARK)) return toolCallId
  return MARK + Buffer.from(toolCallId).toString('base64url')
}

/** The id under which whoever called the tool knows the call. */
export function toolCallId(toolUseId: string): string {
  if (!toolUseId.startsWith(MARK)) return toolUseId
  return Buffer.from(toolUseId.slice(MARK.length), 'base64url').toString('utf8')
}
