/**
 * What is kept of a call, from the loosest to the strictest:
 * - `full`: everything - `redacted`: everything, personal data in its words replaced - `hashed`: no words, but a salted hash
 *   and the embedding of the prompt, which can be learned from - `metadata`: numbers only - `off`: nothing
 */
export const STORAGE_MODES = ['full', 'redacted', 'hashed', 'metadata', 'off'] as const
export type StorageMode = (typeof STORAGE_MODES)[number]

/** Whether `one` keeps more than `other`. */
export function keepsMore(one: StorageMode, other: StorageMode): boolean {
  return STORAGE_MODES.indexOf(one) < STORAGE_MODES.indexOf(other)
}

/** The modes that keep no more than this one, itself first. */
export function noLooserThan(mode: StorageMode): readonly StorageMode[] {
  return STORAGE_MODES.slice(STORAGE_MODES.indexOf(mode))
}
