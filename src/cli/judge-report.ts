import type { Agreement } from '../learn/judge/agreement.ts'
import { formatCost, formatPlural, formatShare } from './format.ts'
import type { JudgedFile } from './judge-file.ts'
import { leftOutText } from './left-out-text.ts'
import { paint } from './terminal.ts'

/** What `judge --json` prints; docs/judge.md documents every field. */
export function judgeJson(
  { before, costUsd, leftOut, stopped }: JudgedFile,
  agreement: Agreement,
  file: string,
) {
  return {
    file,
    pairs: agreement.pairs,
    judged_before: before,
    cost_usd: costUsd,
    consistent: agreement.consistent,
    first_place: agreement.firstPlace,
    longer_wins: agreement.longerWins,
    longer_wins_by_people: agreement.longerWinsByPeople,
    with_people: agreement.withPeople,
    agreed: agreement.agreed,
    kappa: agreement.kappa,
    left_out: leftOut,
    stopped: stopped ?? null,
  }
}

/** The same for people: how many were judged, then how far the judge can be trusted. */
export function judgeText(
  { before, costUsd, leftOut }: JudgedFile,
  agreement: Agreement,
  file: string,
): string {
  const { pairs, consistent, firstPlace, longerWins, longerWinsByPeople, withPeople, agreed, kappa } =
    agreement
  const earlier = before > 0 ? ` (${before} of them before)` : ''
  return [
    `${paint('green', '→')} ${formatPlural(pairs, 'pair')} judged${earlier} for ${formatCost(costUsd)}: ${file}`,
    ...(consistent === null
      ? []
      : [`In both orders alike: ${formatShare(consistent)}; the others are ties.`]),
    ...(firstPlace === null
      ? []
      : [`Verdicts for whoever stood first: ${formatShare(firstPlace)} (fair: 50 %).`]),
    ...(longerWins === null
      ? []
      : [
          `The longer answer won: ${formatShare(longerWins)}${longerWinsByPeople === null ? '' : `, as people decided: ${formatShare(longerWinsByPeople)}`}.`,
        ]),
    ...(agreed === null
      ? ['No pair has a "winner" by people: how far this judge agrees with them is not known.']
      : [
          `Agrees with people on ${formatShare(agreed)} of ${formatPlural(withPeople, 'pair')}${kappa === null ? '' : `, Cohen's kappa ${kappa.toFixed(2)}`}.`,
        ]),
    ...(leftOut.length > 0 ? [leftOutText(leftOut)] : []),
  ].join('\n')
}
