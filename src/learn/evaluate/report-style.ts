/** The style sheet of the report: light or dark as the reader's system is, and fit to print. */
export const REPORT_STYLE = `
:root { --ink: #1b1f24; --soft: #5c6670; --paper: #ffffff; --line: #e3e6ea; --accent: #0a6e4f; --warn: #8a5a00; --bad: #a4262c; --dot: #4a5560 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8eaed; --soft: #9aa4ae; --paper: #14171a; --line: #2b3138; --accent: #4cc38a; --warn: #e0b050; --bad: #ff8a85; --dot: #aab4be }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
main { max-width: 960px; margin: 0 auto; padding: 40px 24px 64px }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 8px; text-wrap: balance }
h1.beats { color: var(--accent) } h1.ties { color: var(--warn) } h1.worse { color: var(--bad) }
h2 { font-size: 1.1rem; margin: 40px 0 12px }
p { max-width: 75ch; margin: 12px 0 }
.facts { color: var(--soft); font-size: .9rem; margin: 0; max-width: none }
figure { margin: 0 }
svg { display: block; width: 100%; height: auto; font-family: inherit }
.grid { stroke: var(--line); fill: none }
.tick, .title { font-size: 12px; fill: var(--soft) }
.name { font-size: 12px; fill: var(--ink); paint-order: stroke; stroke: var(--paper); stroke-width: 5px; stroke-linejoin: round }
.router-name, .oracle-name { font-weight: 700; font-size: 13px }
.baseline-name { font-style: italic; fill: var(--soft) }
.hull { stroke: var(--accent); stroke-width: 2.5; fill: none; stroke-linejoin: round }
.zero { stroke: var(--dot); stroke-width: 1.5; fill: none; stroke-dasharray: 6 4 }
.level { stroke: var(--soft); stroke-width: 1; fill: none; stroke-dasharray: 1 4; stroke-linecap: round }
.single { fill: var(--dot) }
.bin { fill: var(--accent); fill-opacity: .55; stroke: var(--accent) }
.mark { stroke: var(--accent); stroke-width: 2 }
.mark.router { fill: var(--accent) } .mark.oracle { fill: var(--paper) }
.mark.baseline { stroke: var(--dot); stroke-width: 1.5; fill: var(--paper) }
.leader { stroke: var(--soft); stroke-width: 1 }
.interval { stroke: var(--accent); stroke-width: 1.5; fill: none }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 24px; margin: 0 0 8px; padding: 0; color: var(--soft); font-size: .85rem }
.legend li { display: flex; align-items: center; gap: 8px }
.legend svg { width: 28px; flex: none }
.scroll { overflow-x: auto }
.scroll > svg { min-width: 640px }
table { border-collapse: collapse; width: 100%; margin: 0 0 20px; font-size: .9rem }
th, td { text-align: left; font-weight: 400; padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); vertical-align: baseline }
thead th { color: var(--soft); font-size: .8rem }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; padding-right: 0; padding-left: 12px }
tr.mine > * { font-weight: 700 }
.bar { width: 30%; min-width: 80px }
.bar span { display: block; height: .6em; min-width: 1px; background: var(--accent); border-radius: 2px }
.columns { display: grid; grid-template-columns: 1fr 1fr; gap: 0 40px }
.columns > * { min-width: 0 }
@media (max-width: 720px) { .columns { grid-template-columns: 1fr } }
footer { margin-top: 40px; color: var(--soft); font-size: .85rem }
footer p { margin: 0 0 4px }
pre { margin: 0; padding: 12px; border: 1px solid var(--line); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; color: var(--ink) }
`
