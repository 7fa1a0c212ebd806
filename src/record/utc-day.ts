/** The day of UTC that a time (epoch ms) is in, as PostgreSQL reads a `date`. */
export function utcDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
