import type { Drift } from '../live/drift-board.ts'

/** A drift as `GET /v1/drift` and `meritorder drift --json` print it. The field names are a contract (docs/json-output.md). */
export function driftJson(drift: Drift) {
  const at = new Date(drift.at).toISOString()
  switch (drift.kind) {
    case 'quality': {
      const { kind, model, ratings, before, since } = drift
      return { kind, at, model, ratings, before, since }
    }
    case 'intents': {
      const { kind, moved, shifts } = drift
      return {
        kind,
        at,
        moved,
        shifts: shifts.map(({ name, before, since }) => ({ intent: name, before, since })),
      }
    }
    case 'price': {
      const { kind, model, endpoint, before, since } = drift
      return { kind, at, model, endpoint, before, since }
    }
  }
}
