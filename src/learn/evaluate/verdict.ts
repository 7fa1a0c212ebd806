import type { Evaluation } from './evaluation.ts'

/** Whether routing paid, by the interval alone. */
export interface Verdict {
  readonly kind: 'beats' | 'ties' | 'worse'
  /** One plain sentence. */
  readonly sentence: string
}

/** Says whether the router beats the best single model on this data, ties with it, or is worse. */
export function verdictOn({ gain, costShare, costAt, bestSingle, shares }: Evaluation): Verdict {
  const points = `${signed(gain.mean)} points [${signed(gain.low)}, ${signed(gain.high)}]`
  const price = costShare === undefined ? '' : `, at ${percent(costShare)} of its cost`
  if (shares.length === 1 && shares[0]!.model === bestSingle.model)
    return {
      kind: 'ties',
      sentence: `The router ties with the best single model on this data: it used ${bestSingle.model} for every prompt.`,
    }
  if (gain.low > 0)
    return {
      kind: 'beats',
      sentence: `The router beats the best single model on this data: ${points}${price}.`,
    }
  if (gain.high < 0)
    return {
      kind: 'worse',
      sentence: `The router is worse than the best single model on this data: ${points}${price}.`,
    }
  const same = costAt['1.00']
  const saving =
    same === undefined || same >= 1 ? '' : ` It can have the same quality for ${percent(same)} of the cost.`
  return {
    kind: 'ties',
    sentence: `The router ties with the best single model on this data: ${points}, no difference can be told${price}.${saving}`,
  }
}

function signed(difference: number): string {
  const text = (difference * 100).toFixed(1)
  return Number(text) > 0 ? `+${text}` : text.replace('-', Number(text) === 0 ? '' : '−')
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
