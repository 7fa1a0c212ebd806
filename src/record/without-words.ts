import type { RecordedCall } from './generation.ts'
import { redact } from './redaction/redact.ts'
import { reworded } from './reworded.ts'

/**
 * A call as its storage mode lets it be kept: `redacted` with personal data replaced in bodies, tags and errors; stricter
 * ones without bodies and the texts of errors, which may quote the prompt.
 */
export async function withoutWords(call: RecordedCall): Promise<RecordedCall> {
  switch (call.generation.storage) {
    case 'full':
      return call
    case 'redacted':
      return redacted(call)
    default:
      return wordless(call)
  }
}

/** What cannot be redacted is kept as `metadata` is. */
async function redacted(call: RecordedCall): Promise<RecordedCall> {
  try {
    return await redact(call)
  } catch {
    return wordless({ ...call, generation: { ...call.generation, storage: 'metadata' } })
  }
}

function wordless({ generation, fingerprint }: RecordedCall): RecordedCall {
  return {
    generation: reworded(generation, () => ''),
    request: null,
    answer: null,
    ...(fingerprint === undefined ? {} : { fingerprint }),
  }
}
