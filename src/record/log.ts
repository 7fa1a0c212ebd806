/** Where a room reports what an operator should know; pino's loggers fit. */
export interface Log {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}
