import { readFileSync, statSync } from 'node:fs'
import { getuid } from 'node:process'

/** What a file of keys holds, or why it is not used. The keys are secrets: never log them. */
export type KeyFile = { readonly keys: readonly string[] } | { readonly missing: string }

/** A file larger than this holds no keys. */
const MAX_BYTES = 64 * 1024

/**
 * Reads a file of keys: one a line, lines that begin with `#` left out; a file that begins with `{` is one key, the JSON of
 * Google credentials. A file of one's own that others can read, and any that others can write, is not used. What belongs to
 * root is as its mount made it: containers have their secrets so.
 *
 * @param user whose file it may be: the user that this process runs as
 */
export function readKeyFile(path: string, user = getuid?.()): KeyFile {
  let text: string
  try {
    const { mode, uid, size } = statSync(path)
    const own = uid === user && uid !== 0
    if ((mode & 0o022) !== 0 || (own && (mode & 0o077) !== 0))
      return { missing: `other users can read or change ${path}: chmod 600 ${path}` }
    if (size > MAX_BYTES) return { missing: `${path} is larger than 64 KiB, so it holds no keys` }
    text = readFileSync(path, 'utf8').trim()
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    return { missing: `the key file ${path} cannot be read (${reason})` }
  }
  if (text.startsWith('{')) return { keys: [text] }
  const keys = text.split(/\r?\n/).map((line) => line.trim())
  const kept = keys.filter((line) => line !== '' && !line.startsWith('#'))
  return kept.length > 0 ? { keys: kept } : { missing: `the key file ${path} is empty` }
}
