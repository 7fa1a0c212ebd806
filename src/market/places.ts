/** Members of the European Union. https://european-union.europa.eu/principles-countries-history/eu-countries_en */
const EU = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ')

/** Groups of countries that may stand for all of their members. */
const GROUPS: ReadonlyMap<string, readonly string[]> = new Map([
  ['EU', EU],
  // The Agreement on the European Economic Area: the EU, Iceland, Liechtenstein and Norway.
  ['EEA', [...EU, 'IS', 'LI', 'NO']],
])

/** ISO 3166-1 alpha-2. */
const COUNTRIES: ReadonlySet<string> = new Set(
  (
    'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY ' +
    'BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK ' +
    'FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR ' +
    'IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ' +
    'ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM ' +
    'PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF ' +
    'TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW'
  ).split(' '),
)

/** Every place that can be written: groups first, then countries. */
export const PLACES: readonly string[] = [...GROUPS.keys(), ...COUNTRIES]

/** What a place must be, for people. */
export const PLACE_WORDS = `${[...GROUPS.keys()].join(', ')} or an ISO 3166-1 country code of two letters (DE, US, …)`

/** True for a country code or the name of a group. */
export function isPlace(value: unknown): value is string {
  return typeof value === 'string' && (COUNTRIES.has(value) || GROUPS.has(value))
}

/** True for a country code. */
export function isCountry(value: unknown): value is string {
  return typeof value === 'string' && COUNTRIES.has(value)
}

/** The countries that places stand for, each once. */
export function countriesOf(places: readonly string[]): ReadonlySet<string> {
  return new Set(places.flatMap((place) => GROUPS.get(place) ?? [place]))
}

/** True when all of these places lie within the allowed ones; false where none is known. */
export function isInside(places: readonly string[] | undefined, allowed: ReadonlySet<string>): boolean {
  return places !== undefined && places.length > 0 && countriesOf(places).isSubsetOf(allowed)
}
