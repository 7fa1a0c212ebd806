import { baselineRows } from './baseline-rows.ts'
import { costQualityPlot } from './cost-quality-plot.ts'
import type { CostShares, Evaluation } from './evaluation.ts'
import { reliabilityPlot } from './reliability-plot.ts'
import { REPORT_STYLE } from './report-style.ts'
import { escaped } from './svg-chart.ts'
import { verdictOn } from './verdict.ts'

/** An evaluation as one HTML page that needs nothing else: no script, no font, no file. `command` is what made it. */
export function reportHtml(evaluation: Evaluation, command: string): string {
  const { kind, sentence } = verdictOn(evaluation)
  const plot = costQualityPlot(evaluation)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Meritorder: evaluation of a router</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
<header>
<h1 class="${kind}">${escaped(sentence)}</h1>
<p class="facts">${escaped(factsOf(evaluation))}</p>
</header>
<section>
<h2>What quality costs</h2>
${plot === undefined ? '<p>This data says no cost, so there is nothing to plot.</p>' : `${legend(evaluation)}\n<figure class="scroll">${plot}</figure>`}
<p>${HOW_TO_READ}</p>
</section>
<section>
<h2>The router and what it must beat</h2>
${strategiesTable(evaluation)}
${costsTable(evaluation)}
</section>
<div class="columns">
<section>
<h2>Is a prediction to be trusted?</h2>
<figure>${reliabilityPlot(evaluation.calibration)}</figure>
<p>On the diagonal, predicted and observed quality agree; a larger dot stands for more predictions. Expected calibration error: ${evaluation.calibration.ece.toFixed(3)}.</p>
</section>
<section>
<h2>Who gets the prompts</h2>
${sharesTable(evaluation)}
${figuresTable(evaluation)}
</section>
</div>
<footer>
<p>Made by</p>
<pre>${escaped(command)}</pre>
</footer>
</main>
</body>
</html>
`
}

function legend({ bestSingle }: Evaluation): string {
  return `<ul class="legend">
<li><svg viewBox="0 0 28 12"><path class="hull" d="M0 6H28"/></svg>router, at every exchange rate</li>
<li><svg viewBox="0 0 28 12"><path class="zero" d="M0 6H28"/></svg>zero router (models mixed by chance)</li>
<li><svg viewBox="0 0 28 12"><path class="level" d="M0 6H28"/></svg>best single model, ${bestSingle.quality.toFixed(3)}</li>
<li><svg viewBox="0 0 28 16"><path class="interval" d="M14 1V15M9 1h10M9 15h10"/></svg>95 % interval of the router’s difference to it</li>
</ul>`
}

const HOW_TO_READ =
  'Each dot is one model used for every prompt: further left is cheaper, further up is better. Where the router’s line runs above the dashed one, looking at the prompt pays: it buys more quality than any mix of single models for the same money, and where it crosses the level of the best single model one can read off what that quality really needs to cost. The diamond is the router as it would run, the hollow one an oracle that knows every answer beforehand, which no router can; squares are the other ways to choose of the table below. The best single model is the one that the other prompts name, so its level can lie below the best dot, which was not known beforehand.'

function factsOf({ prompts, models, splitName, duplicates, policy, seed }: Evaluation): string {
  const facts = [
    `${prompts.toLocaleString('en')} prompts that the router had not learned from`,
    `${models.length} models`,
    splitName,
    `intervals: 95\u00a0%, bootstrap over prompts (seed ${seed})`,
    ...(duplicates > 0 ? [`${duplicates} duplicate${duplicates === 1 ? '' : 's'} kept on one side`] : []),
    policy === undefined ? 'choice: best predicted quality, guarded' : `policy ${policy}`,
  ]
  return facts.join(' · ')
}

function strategiesTable(evaluation: Evaluation): string {
  const best = evaluation.bestSingle
  const rows = baselineRows(evaluation).map(({ name, model = '', point, isRouter }) => {
    const figures = [
      point.quality.toFixed(3),
      signedPoints(point.quality - best.quality),
      usd(point.costUsd * 1000),
      share(point.costUsd / best.costUsd),
    ]
    return `<tr${isRouter ? ' class="mine"' : ''}><th scope="row">${escaped(name)}</th><td>${escaped(model)}</td>${numbers(figures)}</tr>`
  })
  return tableOf(
    ['strategy', 'model'],
    ['quality', 'points to best single', 'USD / 1,000 prompts', 'of best single’s cost'],
    rows,
  )
}

function costsTable({ costAt, zeroCostAt }: Evaluation): string {
  const row = (name: string, at: CostShares) =>
    `<tr><th scope="row">${name}</th>${numbers([at['0.95'], at['0.99'], at['1.00']].map((cost) => (cost === undefined ? 'never' : share(cost))))}</tr>`
  return tableOf(
    ['cost to keep … of the best single model’s quality'],
    ['95 %', '99 %', '100 %'],
    [row('router', costAt), row('zero router', zeroCostAt)],
  )
}

function sharesTable({ shares }: Evaluation): string {
  const rows = shares.map(
    ({ model, share: part }) =>
      `<tr><th scope="row">${escaped(model)}</th><td class="bar"><span style="width:${(part * 100).toFixed(1)}%"></span></td>${numbers([share(part)])}</tr>`,
  )
  return tableOf(['model', ''], ['share'], rows)
}

function figuresTable({ aiq, zeroAiq, twoModels, msPerDecision }: Evaluation): string {
  const rows: readonly (readonly [string, string])[] = [
    ...(Number.isNaN(aiq)
      ? []
      : ([
          ['AIQ (mean quality over all budgets)', aiq.toFixed(3)],
          ['AIQ of the zero router', zeroAiq.toFixed(3)],
        ] as const)),
    ...(twoModels === undefined
      ? []
      : ([
          ['APGR (chance: 0.5)', twoModels.apgr.toFixed(3)],
          ['CPT(50 %)', share(twoModels.cpt50)],
          ['CPT(80 %)', share(twoModels.cpt80)],
        ] as const)),
    ['ms per decision, p50', msPerDecision.p50.toPrecision(2)],
    ['ms per decision, p99', msPerDecision.p99.toPrecision(2)],
  ]
  return tableOf(
    ['figure'],
    ['value'],
    rows.map(([name, value]) => `<tr><th scope="row">${name}</th>${numbers([value])}</tr>`),
  )
}

function tableOf(titles: readonly string[], numeric: readonly string[], rows: readonly string[]): string {
  const heads = [
    ...titles.map((title) => `<th scope="col">${title}</th>`),
    ...numeric.map((title) => `<th scope="col" class="number">${title}</th>`),
  ]
  return `<div class="scroll"><table><thead><tr>${heads.join('')}</tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table></div>`
}

function numbers(figures: readonly string[]): string {
  return figures.map((figure) => `<td class="number">${figure}</td>`).join('')
}

function usd(amount: number): string {
  return Number.isNaN(amount) ? '?' : `$${amount >= 100 ? amount.toFixed(0) : amount.toPrecision(3)}`
}

function share(part: number): string {
  return Number.isFinite(part) ? `${(part * 100).toFixed(part < 0.1 ? 1 : 0)} %` : '?'
}

function signedPoints(difference: number): string {
  const text = (difference * 100).toFixed(1)
  if (Number(text) === 0) return '0'
  return Number(text) > 0 ? `+${text}` : text.replace('-', '−')
}
