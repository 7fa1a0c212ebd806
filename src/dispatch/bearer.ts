/** The key as most hosts want to see it; nothing where there is none. */
export function bearer({ apiKey }: { readonly apiKey?: string }): Record<string, string> {
  return apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }
}
