import { stderr, stdout } from 'node:process'
import { stripVTControlCharacters, styleText } from 'node:util'
import Table from 'cli-table3'

type Style = Parameters<typeof styleText>[0]

/** Text for stdout in a style; plain where stdout is no terminal or NO_COLOR is set. */
export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: stdout })
}

/** The mark before an error on stderr. */
export function paintError(text: string): string {
  return styleText(['bold', 'red'], text, { stream: stderr })
}

export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
}

/** A table without lines: a dim heading and aligned columns, as wide as its contents. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const border = Object.fromEntries(BORDERS.map((name) => [name, '']))
  const sheet = new Table({
    chars: { ...border, middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    head: columns.map(({ title }) => paint('dim', title)),
    colAligns: columns.map(({ align }) => align ?? 'left'),
  })
  sheet.push(...rows.map((row) => [...row]))
  return sheet.toString().replace(/[ \t]+$/gm, '')
}

/** Text from outside made fit to print: no control characters, no line breaks, at most `width` characters. */
export function printable(text: string, width: number): string {
  const flat = stripVTControlCharacters(text)
    .replace(/\s+/g, ' ')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach the terminal
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, '')
    .trim()
  return flat.length > width ? `${flat.slice(0, width - 1)}…` : flat
}

const BORDERS = [
  ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
  ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'],
]
