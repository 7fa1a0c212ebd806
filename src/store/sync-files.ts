import fs from 'node:fs'
import { dirname, join } from 'node:path'

/** Forces a file's content to the disk. Throws what the file system throws. */
function syncFile(path: string): void {
  const descriptor = fs.openSync(path, 'r')
  try {
    fs.fsyncSync(descriptor)
  } finally {
    fs.closeSync(descriptor)
  }
}

/**
 * Forces a directory's entries (new names, renames, removals) to the disk: without it a power cut can
 * forget that a synced file exists. Windows keeps names itself and cannot open directories.
 */
export function syncDirectory(path: string): void {
  if (process.platform !== 'win32') syncFile(path)
}

/** Forces every file and directory below `root`, and `root` itself, to the disk. */
export function syncTree(root: string): void {
  for (const entry of fs.readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) syncDirectory(path)
    else if (entry.isFile()) syncFile(path)
  }
  syncDirectory(root)
}

/** Replaces a small file so that after a power cut it holds either the old text or the new. */
export function writeFileDurably(path: string, text: string): void {
  const fresh = `${path}.new`
  fs.writeFileSync(fresh, text)
  syncFile(fresh)
  fs.renameSync(fresh, path)
  syncDirectory(dirname(path))
}
