import { stderr } from 'node:process'
import { progress } from '@clack/prompts'

/** Work that tells how much of `most` is done: a bar on stderr where it is a terminal, nothing elsewhere. */
export async function withBar<T>(
  doing: string,
  most: number,
  work: (tell: (done: number) => void) => Promise<T>,
): Promise<T> {
  if (!stderr.isTTY) return work(() => {})
  const bar = progress({ max: most, output: stderr })
  bar.start(doing)
  let shown = 0
  const result = await work((done) => {
    bar.advance(done - shown, `${doing}: ${done.toLocaleString('en')} of ${most.toLocaleString('en')}`)
    shown = done
  })
  bar.stop(`${doing}: done`)
  return result
}
