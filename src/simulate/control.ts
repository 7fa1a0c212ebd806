import { z } from 'zod'
import { MeritorderError } from '../errors.ts'
import type { FaultBoard } from './fault-board.ts'
import { FAULTS } from './faults.ts'
import { jsonReply, type Reply } from './reply.ts'
import type { RequestLog } from './request-log.ts'

const ORDER = z.strictObject({
  provider: z.string().exactOptional(),
  model: z.string().exactOptional(),
  fault: z.string(),
  share: z.number().min(0).max(1).exactOptional(),
  count: z.int().positive().exactOptional(),
})

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

function readOrder(body: unknown): z.infer<typeof ORDER> {
  const order = ORDER.safeParse(body)
  if (!order.success) {
    const form = '{fault, provider?, model?, share?, count?}'
    throw new MeritorderError('invalid_request', `${z.prettifyError(order.error)}; send JSON ${form}`)
  }
  const everything = order.data.provider === undefined && order.data.model === undefined
  if (order.data.fault === 'refuse' && everything && order.data.count === undefined) {
    const message = 'refusing every connection needs a count: control calls would be refused too'
    throw new MeritorderError('invalid_request', message, { limit: 'count' })
  }
  return order.data
}
