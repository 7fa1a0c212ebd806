const CHARACTERS_READ = 2400
const FENCE = '```'
/** Share of a line's visible characters that are code punctuation from which on it reads as code. */
const DENSE = 0.16
const STATEMENT =
  /^\s*(?:from\s+\S+\s+import|import\s+[\w{*"'<]|export\s|const\s|let\s+\w+\s*=|var\s+\w+\s*=|def\s|class\s+\w+|function\s|fn\s|func\s|public\s|private\s|static\s|return\b|(?:if|for|while|switch)\s*\(|else\b|elif\s|#include|package\s|SELECT\s|INSERT\s|UPDATE\s|CREATE\s|<\/?[a-z][\w-]*[\s>])/

/**
 * How much of the text is code: the share of its visible characters (0..1) that stand in fenced blocks or in
 * lines that look like code. A line looks like code when it is dense with code punctuation, begins as a statement
 * does and carries some, or is indented under a line of code. Reads 2,400 characters at most.
 */
export function codeShare(text: string): number {
  const read = text.length > CHARACTERS_READ ? text.slice(0, CHARACTERS_READ) : text
  let all = 0
  let code = 0
  let fenced = false
  let before = false
  for (let start = 0; start < read.length; ) {
    const newline = read.indexOf('\n', start)
    const end = newline < 0 ? read.length : newline
    const line = countLine(read, start, end)
    const isFence = line.visible >= 3 && read.startsWith(FENCE, start + line.indent)
    if (isFence) fenced = !fenced
    const isCode: boolean =
      line.visible > 0 &&
      (fenced || isFence || (before && line.indent >= 2) || looksLikeCode(read, start, end, line))
    all += line.visible
    if (isCode) code += line.visible
    if (line.visible > 0) before = isCode && !isFence
    start = end + 1
  }
  return all === 0 ? 0 : code / all
}

interface Line {
  /** Characters of white space before the first visible one. */
  readonly indent: number
  readonly visible: number
  readonly symbols: number
  /** The line ends as statements and blocks do. */
  readonly closed: boolean
}

function looksLikeCode(
  text: string,
  start: number,
  end: number,
  { visible, symbols, closed }: Line,
): boolean {
  if (visible >= 4 && symbols >= visible * DENSE) return true
  return (
    visible >= 6 && (symbols >= 2 || closed) && STATEMENT.test(text.slice(start, Math.min(end, start + 80)))
  )
}

function countLine(text: string, start: number, end: number): Line {
  let indent = 0
  let visible = 0
  let symbols = 0
  let last = 0
  for (let i = start; i < end; i++) {
    const character = text.charCodeAt(i)
    if (character <= 32) {
      if (visible === 0) indent++
      continue
    }
    visible++
    last = character
    if (isCodeSymbol(character)) symbols++
  }
  return { indent, visible, symbols, closed: last === 59 || last === 123 || last === 125 || last === 58 }
}

/** `{ } ( ) [ ] ; = < > _ & | $ \`: rare in prose, everywhere in code. */
function isCodeSymbol(character: number): boolean {
  switch (character) {
    case 36:
    case 38:
    case 40:
    case 41:
    case 59:
    case 60:
    case 61:
    case 62:
    case 91:
    case 92:
    case 93:
    case 95:
    case 123:
    case 124:
    case 125:
      return true
    default:
      return false
  }
}
