import { asCallerOf } from '../explain/as-caller.ts'
import type { Route } from '../receive/http-server.ts'
import type { Rules } from '../serve/house.ts'
import type { ScheduledTraining } from './scheduled-training.ts'

/** `GET /v1/training`: whether it is scheduled, how far it is, how the last one ended, and when the next is due. */
export function trainingRoutes(rules: () => Rules, training: ScheduledTraining): Route[] {
  const handle = asCallerOf(rules)(() => ({ data: training.status() }))
  return [{ method: 'GET', path: '/training', handle }]
}
