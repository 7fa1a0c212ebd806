import type { HealthBoard } from '../market/health.ts'
import { isSimulated } from '../market/is-simulated.ts'
import { type Route, sendJson } from '../receive/http-server.ts'
import type { House, Rules } from '../serve/house.ts'
import { asCallerOf } from './as-caller.ts'
import { catalogRoutes } from './catalog/catalog-routes.ts'
import { recordRoutes } from './record-routes.ts'

/** What can be asked about the gateway itself: the catalog, finished generations, the caller's key, health. */
export function explainRoutes(
  rules: () => Rules,
  { recorder, admission }: Pick<House, 'recorder' | 'admission'>,
  health: HealthBoard,
  now: () => number,
): Route[] {
  const asCaller = asCallerOf(rules)
  return [
    ...catalogRoutes(rules, health, now, asCaller),
    ...recordRoutes(recorder, now, asCaller),
    {
      method: 'GET',
      path: '/health',
      handle: (_request, reply) => {
        const { endpoints, models, providers } = rules().table
        sendJson(reply, 200, {
          status: 'ok',
          simulated: isSimulated(providers),
          models: models.length,
          endpoints: endpoints.length,
          calls: admission.stats,
          records: recorder.stats(),
        })
      },
    },
    {
      method: 'GET',
      path: '/ready',
      handle: (_request, reply) =>
        sendJson(reply, admission.isOpen ? 200 : 503, { status: admission.isOpen ? 'ready' : 'stopping' }),
    },
  ]
}
