import type { ServerResponse } from 'node:http'
import type { Stop } from './stop.ts'

/** Where the tries of one call meet its caller: the first that has something to say writes, the others are sent away. */
export interface ReplyWriter {
  /** A try has begun to answer. */
  isTaken(): boolean
  /** A try may answer from now on. */
  enter(entrant: Entrant): Lane
}

export interface Entrant {
  /** Told to one try only: the one that answers, else the first. */
  callerLeft(): void
  /** Another try answers, or was told that the caller has left. */
  outpaced(): void
  /** The gateway stops. */
  stopped(): void
}

/** One try's way to the caller. */
export interface Lane {
  /** This try answers. False: another does, and this one has been told. */
  take(): boolean
  /** A promise means that the caller is slow, and resolves when he has room again; one who takes nothing for `idleMs` has left. */
  write(bytes: Buffer, idleMs: number): undefined | Promise<void>
  leave(): void
}

/** The way to a caller whose reply has not been begun by a try. */
export function createReplyWriter(reply: ServerResponse, stop: Stop): ReplyWriter {
  const entrants: Entrant[] = []
  let answering: Entrant | undefined
  const sendAwayBut = (chosen: Entrant | undefined) => {
    for (const other of [...entrants]) if (other !== chosen) other.outpaced()
  }
  const callerLeft = () => {
    const [first] = answering === undefined ? entrants : [answering]
    sendAwayBut(first)
    first?.callerLeft()
  }
  return {
    isTaken: () => answering !== undefined,
    enter(entrant) {
      if (entrants.length === 0) reply.on('close', callerLeft).on('timeout', callerLeft)
      entrants.push(entrant)
      const leaveStop = stop.enter(() => entrant.stopped())
      return {
        take() {
          if (answering !== undefined) return answering === entrant
          answering = entrant
          sendAwayBut(entrant)
          return true
        },
        write(bytes, idleMs) {
          return reply.write(bytes) ? undefined : room(reply, idleMs)
        },
        leave() {
          entrants.splice(entrants.indexOf(entrant), 1)
          leaveStop()
          // One that could not even write the head has not answered.
          if (answering === entrant) answering = undefined
          if (entrants.length === 0) reply.off('close', callerLeft).off('timeout', callerLeft)
        },
      }
    },
  }
}

function room(reply: ServerResponse, idleMs: number): Promise<void> {
  reply.setTimeout(idleMs)
  return new Promise((resolve) => {
    reply.once('drain', () => {
      reply.setTimeout(0)
      resolve()
    })
  })
}
