import { isDeepStrictEqual } from 'node:util'
import { DELIBERATE_LOSSES, type DeliberateLoss, NOT_APPLICABLE } from './losses.ts'
import type { Recording } from './recordings.ts'
import { referenceOf } from './reference.ts'
import type { Replay } from './replay.ts'
import { SAYINGS, type Saying } from './saying.ts'
import type { Skin } from './skins.ts'

/** What came of one recording in one skin. */
export interface Comparison {
  readonly losses: readonly DeliberateLoss[]
  /** Differences that nobody listed, and listed ones that are not there: defects, in words. */
  readonly defects: readonly string[]
  /** Why there is nothing to compare. */
  readonly notApplicable?: string
}

/** Plays a recording through the gateway to a skin's client and compares with what the vendor's package reads. */
export async function compare(replay: Replay, recording: Recording, skin: Skin): Promise<Comparison> {
  const exempt = NOT_APPLICABLE.find(({ to }) => to(recording, skin))
  if (exempt !== undefined) return { losses: [], defects: [], notApplicable: exempt.why }
  const [said, heard] = await Promise.all([
    outcomeOf(async () => inWordsOf(skin, await referenceOf(recording))),
    outcomeOf(() => replay.hear(recording, skin)),
  ])
  if ('error' in said || 'error' in heard) return compareErrors(said, heard)
  const listed = DELIBERATE_LOSSES.filter(
    ({ skins, of, field }) => skins.includes(skin.name) && of(recording, said) && !isNothing(said[field]),
  )
  const defects = SAYINGS.flatMap((field) => {
    const differs = !isDeepStrictEqual(said[field], heard[field])
    const isListed = listed.some((loss) => loss.field === field)
    if (differs && !isListed) return `${field}: ${shown(said[field])} became ${shown(heard[field])}`
    return isListed && !differs ? `${field}: listed as lost, but it is not` : []
  })
  return { losses: listed, defects }
}

function inWordsOf({ ends }: Skin, said: Saying): Saying {
  return { ...said, finish: ends[said.finish] ?? said.finish }
}

type Outcome = Saying | { readonly error: string }

async function outcomeOf(hear: () => Promise<Saying>): Promise<Outcome> {
  try {
    return await hear()
  } catch (error) {
    return { error: error instanceof Error ? error.message : JSON.stringify(error) }
  }
}

/** An error of the provider must be one for the caller, in the provider's words. */
function compareErrors(said: Outcome, heard: Outcome): Comparison {
  if (!('error' in said && 'error' in heard))
    return { losses: [], defects: [`${shown(said)} became ${shown(heard)}`] }
  const words = /You exceeded your current quota/
  const same = words.test(said.error) === words.test(heard.error)
  return { losses: [], defects: same ? [] : [`${said.error} became ${heard.error}`] }
}

function isNothing(value: Saying[keyof Saying]): boolean {
  return value === '' || value === 0 || (Array.isArray(value) && value.length === 0)
}

function shown(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
