import { INTENTS, type IntentName } from '../../src/understand/intent-names.ts'

/**
 * How much commoner than in our prompts an intent is in real traffic, as log odds in quarters; 0 where not named. Our
 * prompts hold about as many of every intent, people ask for a biography once while they ask for advice ten times.
 * Settings, tuned on how often the intents occur and are predicted in one half of the public file.
 */
const COMMONER: Readonly<Partial<Record<IntentName, number>>> = {
  default: 2,
}

/** In the order of INTENTS. */
export const TRAFFIC_BIAS = Float32Array.from(INTENTS, (intent) => COMMONER[intent] ?? 0)
