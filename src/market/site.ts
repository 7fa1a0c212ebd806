import { type ElectricityMix, electricityOf } from './electricity-mixes.ts'

/** What a call's energy depends on where it is computed. */
export interface Site {
  /** Power usage effectiveness: energy that the data centre takes over energy that its machines take. */
  readonly pue: { readonly low: number; readonly high: number }
  /** kg CO₂e per kWh. */
  readonly electricity: ElectricityMix
}

/** What EcoLogits assumes of one host's data centres. */
interface Assumption {
  readonly pue: { readonly low: number; readonly high: number }
  /** The country where most of them are. */
  readonly places?: readonly string[]
}

/** As EcoLogits takes them for open models at nobody in particular (Hugging Face on AWS and Google). */
const USUAL: Assumption = { pue: { low: 1.09, high: 1.14 } }

const AZURE: Assumption = { pue: { low: 1.2, high: 1.2 }, places: ['US'] }
const GOOGLE: Assumption = { pue: { low: 1.09, high: 1.09 }, places: ['US'] }

/** https://ecologits.ai/latest/methodology/llm_inference/, table "Data center configuration" */
const ASSUMED: Readonly<Record<string, Assumption>> = {
  anthropic: { ...USUAL, places: ['US'] },
  azure: AZURE,
  'azure-cognitive-services': AZURE,
  cohere: GOOGLE,
  google: GOOGLE,
  'google-vertex': GOOGLE,
  'google-vertex-anthropic': GOOGLE,
  huggingface: { ...USUAL, places: ['US'] },
  mistral: { pue: { low: 1.16, high: 1.16 }, places: ['SE'] },
  openai: AZURE,
}

/**
 * The site of an endpoint. Its electricity is that of the regions where it is known to compute, from the cleanest to the
 * dirtiest; else that of the country that EcoLogits assumes for the host; else the world's.
 *
 * @param regions where the endpoint may compute, if that is known: country codes, EU, EEA
 */
export function siteOf(provider: string, regions: readonly string[] | undefined): Site {
  const { pue, places } = Object.hasOwn(ASSUMED, provider) ? ASSUMED[provider]! : USUAL
  return { pue, electricity: electricityOf(regions ?? places) }
}
