import { stderr } from 'node:process'
import { spinner } from '@clack/prompts'

/** Work on a file of unknown length: counts lines on stderr where it is a terminal, says nothing elsewhere. */
export async function withLineCount<T>(
  doing: string,
  work: (tell: (lines: number) => void) => Promise<T>,
): Promise<T> {
  if (!stderr.isTTY) return work(() => {})
  const shown = spinner({ output: stderr })
  shown.start(doing)
  try {
    const result = await work((lines) => shown.message(`${doing}: ${lines.toLocaleString('en')} lines`))
    shown.stop(`${doing}: done`)
    return result
  } catch (error) {
    shown.error(`${doing}: failed`)
    throw error
  }
}
