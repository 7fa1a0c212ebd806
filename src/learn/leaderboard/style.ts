/** What people like in an answer besides what it says: length and markdown, as Chatbot Arena controls for. */
export const STYLE = ['length', 'headers', 'lists', 'bold'] as const

/**
 * How far a leads b in each of `STYLE`, from −1 (only b has it) to 1 (only a has it): (a − b) / (a + b). After Li,
 * Angelopoulos and Chiang, "Does style matter?" (2024), with characters for tokens.
 */
export function styleLead(a: string, b: string): number[] {
  const ofB = styleOf(b)
  return styleOf(a).map((own, s) => {
    const sum = own + ofB[s]!
    return sum === 0 ? 0 : (own - ofB[s]!) / sum
  })
}

function styleOf(answer: string): number[] {
  const prose = answer.replace(CODE, '')
  return [answer.length, count(prose, HEADER), count(prose, LIST_ITEM), count(prose, BOLD)]
}

const CODE = /```[\s\S]*?(?:```|$)/g
const HEADER = /^#{1,6} /gm
const LIST_ITEM = /^[ \t]*(?:[-*+]|\d{1,3}[.)]) /gm
const BOLD = /\*\*[^*\n]{1,500}\*\*|__[^_\n]{1,500}__/g

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0
}
