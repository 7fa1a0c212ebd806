import process from 'node:process'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
const EXIT_INTERRUPTED = 130

/**
 * Listens for SIGINT and SIGTERM from now on. Resolves at the first, so that the program can close in order;
 * a second one ends it at once.
 */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    const first = () => {
      for (const signal of SIGNALS) {
        process.off(signal, first)
        process.once(signal, () => process.exit(EXIT_INTERRUPTED))
      }
      resolve()
    }
    for (const signal of SIGNALS) process.once(signal, first)
  })
}
