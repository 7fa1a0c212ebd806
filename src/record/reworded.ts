import type { Generation } from './generation.ts'

/** A generation with other texts of errors, which may quote the prompt. */
export function reworded(generation: Generation, reword: (message: string) => string): Generation {
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
