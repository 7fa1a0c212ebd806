import { MeritorderError } from '../errors.ts'
import type { FaultBoard } from './fault-board.ts'
import { type FaultOrder, readFaultOrder } from './fault-order.ts'
import { FAULTS } from './faults.ts'
import { jsonReply, type Reply } from './reply.ts'
import type { RequestLog } from './request-log.ts'

/**
 * The control calls: `GET /control` shows standing orders, counters and the faults there are;
 * `POST /control/faults` orders one; `DELETE /control/faults` clears all. Throws MeritorderError for anything else.
 */
export function answerControl(
  method: string,
  path: string,
  body: unknown,
  board: FaultBoard,
  log: RequestLog,
): Reply {
  const state = () => ({ simulated: true, orders: board.standing(), counters: log.counters() })
  switch (`${method} ${path}`) {
    case 'GET /control': {
      const faults = Object.entries(FAULTS).map(([name, { what, amount }]) => ({
        name,
        what,
        ...(amount && { amount }),
      }))
      return jsonReply(200, { ...state(), faults })
    }
    case 'POST /control/faults':
      board.order(readOrder(body))
      return jsonReply(201, state())
    case 'DELETE /control/faults':
      board.clear()
      return jsonReply(200, state())
    default:
      throw new MeritorderError(
        'not_found',
        `no control call ${method} ${path}; there are GET /control, POST and DELETE /control/faults`,
      )
  }
}

/** An order that leaves a way to take it back. */
function readOrder(body: unknown): FaultOrder {
  const order = readFaultOrder(body)
  const { fault, provider, model, count, until, every } = order
  const endless = count === undefined && (until === undefined || every !== undefined)
  if (fault === 'refuse' && provider === undefined && model === undefined && endless) {
    const message = 'refusing every connection needs a count or an end: control calls would be refused too'
    throw new MeritorderError('invalid_request', message, { limit: 'count' })
  }
  return order
}
