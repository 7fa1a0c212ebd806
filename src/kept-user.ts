import { hash } from 'node:crypto'

/** Characters of a tag that are kept. */
export const LONGEST_TAG = 512

/** A user's name as records keep it: of one that is too long its beginning and a hash of all of it, by which it is found again and taken for no other. */
export function keptUser(name: string): string {
  if (name.length <= LONGEST_TAG) return name
  const end = `#${hash('sha256', name)}`
  return name.slice(0, LONGEST_TAG - end.length) + end
}
