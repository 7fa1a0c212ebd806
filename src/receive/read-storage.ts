import { noLooserThan, type StorageMode } from '../storage-mode.ts'
import { wrong } from './fields.ts'

/** The header by which a caller asks that less be kept of a call. */
const HEADER = 'x-meritorder-storage'

/**
 * What is kept of a call: what the gateway and the caller's key say, or less where the header says so.
 *
 * @param header its value; undefined where the call has none
 * @throws MeritorderError `invalid_request` for more than is allowed, and for what is no storage mode
 */
export function readStorage(
  header: string | readonly string[] | undefined,
  allowed: StorageMode,
): StorageMode {
  if (header === undefined) return allowed
  const modes = noLooserThan(allowed)
  const asked = modes.find((mode) => mode === header)
  if (asked !== undefined) return asked
  throw wrong(
    HEADER,
    `one of ${modes.join(', ')}: a call may ask that less be kept than is set here (${allowed}), never more`,
  )
}
