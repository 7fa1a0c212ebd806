import fs from 'node:fs'
import { join } from 'node:path'

type Names = [name: string, isDirectory: boolean, inode: string][]

/** What the disk is taken to hold of data that was never synced: nothing, or (as real disks do) any part of it. */
export type Unsynced = 'gone' | 'some'

const BLOCK_BYTES = 4096
const BIG = { bigint: true } as const

/** Makes a shadow (see record-shadow-disk.ts) in which everything in `root` is on the disk. */
export function seedShadow(root: string, shadow: string): void {
  fs.mkdirSync(shadow)
  for (const [path, inode, isDirectory] of walk(root)) {
    if (!isDirectory) fs.copyFileSync(path, join(shadow, `file-${inode}`))
    else fs.writeFileSync(join(shadow, `names-${inode}.json`), JSON.stringify(namesOf(path)))
  }
}

/**
 * Writes into `target` what a power cut leaves of `root`: the synced names and contents from `shadow`. With `some`,
 * each block of 4 kB that differs is the synced one or the last written one, as `random` (0..1) decides.
 */
export function cutPower(
  root: string,
  shadow: string,
  target: string,
  unsynced: Unsynced,
  random: () => number,
): void {
  const live = new Map([...walk(root)].map(([path, inode]) => [inode, path]))
  const restore = (inode: string, to: string) => {
    fs.mkdirSync(to, { mode: 0o700 })
    for (const [name, isDirectory, child] of readNames(join(shadow, `names-${inode}.json`))) {
      const path = join(to, name)
      if (isDirectory) restore(child, path)
      else {
        const synced = readIfThere(join(shadow, `file-${child}`))
        const last = live.get(child)
        const content =
          unsynced === 'gone' || last === undefined ? synced : mix(synced, fs.readFileSync(last), random)
        fs.writeFileSync(path, content)
      }
    }
  }
  restore(inodeOf(root), target)
}

function mix(synced: Buffer, last: Buffer, random: () => number): Buffer {
  const length = random() < 0.5 ? synced.length : last.length
  const mixed = Buffer.alloc(length)
  for (let at = 0; at < length; at += BLOCK_BYTES) {
    const source = random() < 0.5 ? synced : last
    if (at < source.length) source.copy(mixed, at, at, at + BLOCK_BYTES)
  }
  return mixed
}

function* walk(path: string): Generator<[path: string, inode: string, isDirectory: boolean]> {
  yield [path, inodeOf(path), true]
  for (const [name, isDirectory, inode] of namesOf(path)) {
    if (isDirectory) yield* walk(join(path, name))
    else yield [join(path, name), inode, false]
  }
}

function namesOf(path: string): Names {
  return fs
    .readdirSync(path, { withFileTypes: true })
    .map((entry) => [entry.name, entry.isDirectory(), inodeOf(join(path, entry.name))])
}

function inodeOf(path: string): string {
  const { ino, birthtimeNs } = fs.statSync(path, BIG)
  return `${ino}-${birthtimeNs}`
}

function readNames(path: string): Names {
  const text = readIfThere(path)
  return text.length === 0 ? [] : JSON.parse(text.toString())
}

function readIfThere(path: string): Buffer {
  return fs.existsSync(path) ? fs.readFileSync(path) : Buffer.alloc(0)
}
