import type { EndedCall, Ending } from './call.ts'
import type { CallRecord } from './records.ts'

/** What a record may say of a call that ended so; any where the caller cannot know. */
const OUTCOMES: Readonly<Partial<Record<Ending, readonly string[]>>> = {
  whole: ['complete'],
  // A caller may leave when all has been sent.
  left: ['client_closed', 'complete', 'incomplete'],
  refused: ['failed'],
  'failed-early': ['failed'],
  cut: ['incomplete'],
  'false-end': ['incomplete'],
}

/** Whether a record tells of a call what its caller saw: how it ended, under which id, and by whom it was answered. */
export function isAsRecorded({ ending, generation, provider }: EndedCall, record: CallRecord): boolean {
  return (
    OUTCOMES[ending]?.includes(record.outcome) !== false &&
    (generation === undefined || generation === record.id) &&
    (ending !== 'whole' || provider === record.provider_name)
  )
}
