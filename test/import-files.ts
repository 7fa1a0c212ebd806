import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Importer, ImportLine, ImportOptions } from '../src/learn/import/importer.ts'
import { leftOutList } from '../src/learn/import/left-out.ts'

/** What an importer makes of files with this content, and what it left out: `[lines, why, where]`. */
export async function imported(
  importer: Importer,
  files: Readonly<Record<string, string | Uint8Array>>,
  options: Partial<ImportOptions> = {},
): Promise<{ lines: readonly ImportLine[]; leftOut: readonly (readonly [number, string, string])[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'meritorder-import-'))
  try {
    const paths = Object.entries(files).map(([name, content]) => {
      writeFileSync(join(folder, name), content)
      return join(folder, name)
    })
    const leftOut = leftOutList()
    const lines: ImportLine[] = []
    for await (const line of importer.lines(paths, { best: 1, ...options }, leftOut)) lines.push(line)
    return { lines, leftOut: leftOut.all().map((one) => [one.lines, one.why, one.where.join(' ')]) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Rows as JSON Lines; texts stay as they are. */
export function jsonLinesOf(rows: readonly unknown[]): string {
  return rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n')
}
