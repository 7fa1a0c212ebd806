import type { Importer, ImportLine, ImportOptions } from './importer.ts'
import { type Row, rowsOf } from './rows.ts'

/**
 * Lines of files in which every record is a line of its own, or none.
 *
 * @param lineOf the line, or why there is none: it completes "each line …"
 */
export function rowByRow(
  lineOf: (row: NonNullable<Row['value']>, options: ImportOptions) => ImportLine | string,
): Importer['lines'] {
  return async function* lines(files, options, leftOut) {
    for (const file of files)
      for await (const { where, value } of rowsOf(file)) {
        const line = value === undefined ? 'is no JSON object' : lineOf(value, options)
        if (typeof line === 'string') leftOut.add(line, where)
        else yield line
      }
  }
}
