import type { Generation, RecordedCall } from './generation.ts'

/**
 * A call as its storage mode lets it be kept: `redacted` with personal data replaced in bodies, tags and errors; stricter
 * ones without bodies and the texts of errors, which may quote the prompt.
 */
export async function withoutWords(call: RecordedCall): Promise<RecordedCall> {
  const { generation, fingerprint } = call
  switch (generation.storage) {
    case 'full':
      return call
    case 'redacted': {
      // Loaded when first needed: most gateways never do.
      const { redactRequest, redactTags } = await import('./redaction/redact-call.ts')
      const { redactText } = await import('./redaction/redact-text.ts')
      return {
        generation: { ...reworded(generation, redactText), tags: redactTags(generation.tags) },
        request: call.request && redactRequest(call.request),
        answer: call.answer && redactText(call.answer),
      }
    }
    default:
      return {
        generation: reworded(generation, () => ''),
        request: null,
        answer: null,
        ...(fingerprint === undefined ? {} : { fingerprint }),
      }
  }
}

/** The same with other texts of errors. */
function reworded(generation: Generation, reword: (message: string) => string): Generation {
  const { error, attempts } = generation
  return {
    ...generation,
    error: error && { ...error, message: reword(error.message) },
    attempts: attempts.map((attempt) =>
      attempt.error === undefined
        ? attempt
        : { ...attempt, error: { ...attempt.error, message: reword(attempt.error.message) } },
    ),
  }
}
