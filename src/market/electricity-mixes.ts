import { countriesOf } from './places.ts'

/** The least and the most that a kWh of electricity may have emitted, kg CO₂e. */
export interface ElectricityMix {
  readonly low: number
  readonly high: number
}

/** The world's mix: the row WOR of the table below. */
const WORLD = 0.47301

/**
 * kg CO₂e per kWh of electricity by country: ISO 3166-1 alpha-2, then the name of the row (alpha-3) and its column `gwp`
 * in EcoLogits' `electricity_mixes.csv` (MPL-2.0, figures; Our World in Data), commit 2d0a1c7 of
 * https://github.com/genai-impact/ecologits
 */
export const ELECTRICITY_KG_PER_KWH: Readonly<Record<string, readonly [row: string, kg: number]>> = {
  AR: ['ARG', 0.35895],
  AT: ['AUT', 0.10262],
  AU: ['AUS', 0.55159],
  BE: ['BEL', 0.11758],
  BG: ['BGR', 0.26421],
  BR: ['BRA', 0.10321],
  CA: ['CAN', 0.17481],
  CH: ['CHE', 0.0366],
  CL: ['CHL', 0.26552],
  CN: ['CHN', 0.55955],
  CY: ['CYP', 0.51224],
  CZ: ['CZE', 0.41386],
  DE: ['DEU', 0.34414],
  DK: ['DNK', 0.1433],
  EE: ['EST', 0.34102],
  ES: ['ESP', 0.14615],
  FI: ['FIN', 0.07225],
  FR: ['FRA', 0.04418],
  GB: ['GBR', 0.21089],
  GR: ['GRC', 0.31976],
  HU: ['HUN', 0.18282],
  ID: ['IDN', 0.68243],
  IE: ['IRL', 0.2797],
  IN: ['IND', 0.70832],
  IS: ['ISL', 0.02833],
  IT: ['ITA', 0.28753],
  JP: ['JPN', 0.48232],
  KR: ['KOR', 0.41427],
  LT: ['LTU', 0.13934],
  LU: ['LUX', 0.13462],
  LV: ['LVA', 0.13622],
  MT: ['MLT', 0.48416],
  MX: ['MEX', 0.48483],
  MY: ['MYS', 0.60443],
  NL: ['NLD', 0.25331],
  NO: ['NOR', 0.03075],
  NZ: ['NZL', 0.12011],
  PL: ['POL', 0.61498],
  PT: ['PRT', 0.11229],
  RO: ['ROU', 0.24555],
  RU: ['RUS', 0.4492],
  SE: ['SWE', 0.03582],
  SI: ['SVN', 0.22765],
  SK: ['SVK', 0.09649],
  TH: ['THA', 0.5545],
  TR: ['TUR', 0.4697],
  TW: ['TWN', 0.63565],
  UA: ['UKR', 0.25621],
  US: ['USA', 0.38355],
}

/**
 * The electricity of places: from the cleanest to the dirtiest country among them; the world's where none is known. A
 * country without a row counts as the world.
 *
 * @param places ISO 3166-1 alpha-2 codes, EU, EEA
 */
export function electricityOf(places: readonly string[] | undefined): ElectricityMix {
  if (places === undefined) return ANYWHERE
  let mix = mixes.get(places)
  if (mix === undefined) {
    const known = [...countriesOf(places)].map((country) => ELECTRICITY_KG_PER_KWH[country]?.[1] ?? WORLD)
    mix = known.length === 0 ? ANYWHERE : { low: Math.min(...known), high: Math.max(...known) }
    mixes.set(places, mix)
  }
  return mix
}

const ANYWHERE: ElectricityMix = { low: WORLD, high: WORLD }
/** Every call asks, and the lists are those of the catalog. */
const mixes = new WeakMap<readonly string[], ElectricityMix>()
