import type { Evaluation } from './evaluation.ts'

/** Whether routing paid, by the interval alone. */
export interface Verdict {
  readonly kind: 'beats' | 'ties' | 'worse'
  /** One plain sentence. */
  readonly sentence: string
}

/** Says whether the router beats the best single model on this data, ties with it, or is worse. */
export function verdictOn(evaluation: Evaluation): Verdict {
  const { gain, costShare, leaves } = evaluation
  const points = `${signed(gain.mean)} points [${signed(gain.low)}, ${signed(gain.high)}]`
  const price = costShare === undefined ? '' : `, at ${percent(costShare)} of its cost`
  if (leaves === 0)
    return {
      kind: 'ties',
      sentence: `The router ties with the best single model on this data: it found no prompt on which leaving that model would pay.${savingOf(evaluation)}`,
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
  return {
    kind: 'ties',
    sentence: `The router ties with the best single model on this data: ${points}, no difference can be told${price}.${savingOf(evaluation)}`,
  }
}

/** Only where it takes a router: mixing models by chance would cost more. */
function savingOf({ costAt, zeroCostAt }: Evaluation): string {
  const same = costAt['1.00']
  const byChance = zeroCostAt['1.00'] ?? 1
  if (same === undefined || same >= 0.995 || same >= byChance) return ''
  return ` At another exchange rate it has the same quality for ${percent(same)} of the cost.`
}

function signed(difference: number): string {
  const text = (difference * 100).toFixed(1)
  return Number(text) > 0 ? `+${text}` : text.replace('-', Number(text) === 0 ? '' : '−')
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
