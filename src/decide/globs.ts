/**
 * Does `name` match the glob? `*` stands for any run of characters, `/` included (`anthropic/*`, `*\/claude-*`);
 * everything else is literal. Compare lower-case strings for a case-insensitive match.
 *
 * Greedy matching that returns only to the last star: at most |glob| × |name| steps and no backtracking beyond that,
 * so a hostile pattern cannot stall the gateway as a regular expression could.
 */
export function matchesGlob(glob: string, name: string): boolean {
  let g = 0
  let n = 0
  let star = -1
  let resume = 0
  while (n < name.length) {
    if (g < glob.length && glob[g] === '*') {
      star = g++
      resume = n
    } else if (g < glob.length && glob[g] === name[n]) {
      g++
      n++
    } else if (star >= 0) {
      g = star + 1
      n = ++resume
    } else {
      return false
    }
  }
  while (g < glob.length && glob[g] === '*') g++
  return g === glob.length
}

/** True when the text has a star and so stands for many names. */
export function isGlob(text: string): boolean {
  return text.includes('*')
}
