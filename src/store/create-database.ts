import { fork } from 'node:child_process'
import fs from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { syncDirectory, syncTree } from './sync-files.ts'

/**
 * Creates an empty embedded database at `folder` unless there is one, complete and on the disk, or not at
 * all: it is made under another name and renamed. It is made in a process of its own, because PostgreSQL's
 * initdb needs a second PGlite and leaves the process that runs it 150 MB larger for good.
 * Throws an Error when the process fails.
 */
export async function ensureDatabase(folder: string): Promise<void> {
  removeUnfinished(folder)
  if (fs.existsSync(folder)) return
  const draft = fs.mkdtempSync(`${folder}.new-`)
  await initialise(draft)
  syncTree(draft)
  fs.renameSync(draft, folder)
  syncDirectory(dirname(folder))
}

/** What was begun and not finished, by a process that was killed. */
function removeUnfinished(folder: string): void {
  const parent = dirname(folder)
  for (const name of fs.readdirSync(parent)) {
    if (!name.startsWith(`${basename(folder)}.new-`)) continue
    try {
      fs.rmSync(join(parent, name), { recursive: true })
    } catch {
      // The killed gateway's helper may still be writing there; it leaves by itself, and the next start removes it.
    }
  }
}

function initialise(draft: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const here = import.meta.url
    const child = fork(new URL(`./create-database-process${extname(here)}`, here), [draft], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    let complaint = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      complaint = `${complaint}${chunk}`.slice(-2000)
    })
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      if (code === 0) resolve()
      else reject(new Error(`creating the database failed (${signal ?? code}): ${complaint.trim()}`))
    })
  })
}
