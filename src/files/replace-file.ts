import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'

/**
 * Writes a file so that a reader finds the old one or the new one, whole, even after a power cut. Makes its folder.
 *
 * @param mode permissions of the new file, less the umask
 */
export function replaceFile(path: string, content: string | Uint8Array, mode = 0o666): void {
  const temporary = temporaryBeside(path)
  try {
    const file = openSync(temporary, 'wx', mode)
    try {
      writeFileSync(file, content)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  syncFolder(path)
}

/**
 * `replaceFile` for content that is made piece by piece; packed when the name ends in `.gz`. When making a piece fails
 * the old file stays, and the promise is rejected with that error.
 */
export function replaceFileWith(path: string, pieces: AsyncIterable<string>): Promise<void> {
  return replaceFileBy(path, async (temporary) => {
    // Opened first: a stream that is given up before it is open would still make its file afterwards.
    const target = (await open(temporary, 'wx')).createWriteStream({ flush: true })
    await (path.endsWith('.gz') ? pipeline(pieces, createGzip(), target) : pipeline(pieces, target))
  })
}

/** `replaceFile` for a file that `write` makes and brings to the disk. When it fails the old file stays. */
export async function replaceFileBy(
  path: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = temporaryBeside(path)
  try {
    await write(temporary)
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  syncFolder(path)
}

function temporaryBeside(path: string): string {
  mkdirSync(dirname(path), { recursive: true })
  return `${path}.${randomBytes(6).toString('hex')}.tmp`
}

function syncFolder(path: string): void {
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
