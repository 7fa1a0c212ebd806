/** A stretch of text that is to be replaced; `end` is behind its last character. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** Finds one kind of personal data: stretches in their order that do not overlap, in time linear in the text. Pure. */
export type Find = (text: string) => Iterable<Span>

/** Where a global regular expression matches, as far as `isMeant` agrees. */
export function* matches(
  text: string,
  pattern: RegExp,
  isMeant: (match: string) => boolean = () => true,
): Generator<Span> {
  for (const match of text.matchAll(pattern))
    if (isMeant(match[0])) yield { start: match.index, end: match.index + match[0].length }
}
