import type { Provider } from './offer.ts'

/** Whether this is a market to practise on: whatever is bought there is simulated. */
export function isSimulated(providers: readonly Provider[]): boolean {
  return providers.length > 0 && providers.every(({ simulated }) => simulated === true)
}
