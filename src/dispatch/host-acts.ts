/** Members with which a caller has the host search, run code, or call servers of tools. */
const ACTING = ['web_search_options', 'plugins', 'mcp_servers', 'container', 'background'] as const
/** Tools that the caller runs; all others are the host's. */
const CALLERS_TOOLS: ReadonlySet<unknown> = new Set([undefined, 'function', 'custom'])

/** True where a host may do more for a call than answer it. What is done twice cannot be cancelled. */
export function hostActs(body: Readonly<Record<string, unknown>>): boolean {
  if (ACTING.some((member) => body[member] !== undefined && body[member] !== null && body[member] !== false))
    return true
  const { tools } = body
  if (tools === undefined || tools === null) return false
  return (
    !Array.isArray(tools) ||
    tools.some((tool) => !CALLERS_TOOLS.has((tool as { type?: unknown } | null)?.type))
  )
}
