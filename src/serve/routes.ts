import { arenaRoutes } from '../compare/arena.ts'
import { leaderboardRoutes } from '../compare/leaderboard-routes.ts'
import type { OwnGateway } from '../compare/own-gateway.ts'
import { driftRoutes } from '../explain/drift-routes.ts'
import { pulzeHandler } from '../explain/pulze.ts'
import { explainRoutes } from '../explain/routes.ts'
import { storedResponseRoutes } from '../explain/stored-responses.ts'
import { feedbackRoutes } from '../feedback/routes.ts'
import { teaching } from '../live/live-experience.ts'
import type { LiveRules } from '../live/live-rules.ts'
import type { HealthBoard } from '../market/health.ts'
import { chatCompletions } from '../receive/dialects/chat-completions.ts'
import type { Dialect } from '../receive/dialects/dialect.ts'
import { countedMessages } from '../receive/dialects/messages.ts'
import type { Route } from '../receive/http-server.ts'
import { trainingRoutes } from '../train/routes.ts'
import type { ScheduledTraining } from '../train/scheduled-training.ts'
import { DIALECTS } from './dialects.ts'
import type { House } from './house.ts'
import { serveChat, serveEmbeddings, serveRerank, serveRoute, serveTokenCount } from './serve.ts'

/** What the routes of a gateway need of it. */
export interface RoutedGateway {
  readonly rules: LiveRules
  readonly house: House
  readonly health: HealthBoard
  readonly training: ScheduledTraining
  readonly own: OwnGateway
}

/** Every path that a gateway answers, and who answers it. */
export function gatewayRoutes({ rules, house, health, training, own }: RoutedGateway): readonly Route[] {
  return [
    ...Object.entries(DIALECTS).map(([path, dialect]) => dialectRoute(house, path, dialect)),
    {
      method: 'POST',
      path: '/messages/count_tokens',
      handle: (request, reply) => serveTokenCount(house, countedMessages, request, reply),
    },
    ...storedResponseRoutes(() => rules.current, house.recorder),
    {
      method: 'POST',
      path: '/embeddings',
      handle: (request, reply) => serveEmbeddings(house, request, reply),
    },
    {
      method: 'POST',
      path: '/rerank',
      handle: (request, reply) => serveRerank(house, request, reply),
    },
    {
      method: 'POST',
      path: '/route',
      handle: (request, reply) => serveRoute(house, chatCompletions, request, reply),
    },
    {
      method: 'POST',
      path: '/compat/pulze',
      handle: pulzeHandler(() => rules.current, house),
    },
    ...explainRoutes(() => rules.current, house, health, house.now),
    ...driftRoutes(
      () => rules.current,
      (caller) => house.drift.list(house.experience.drifts, caller),
    ),
    ...feedbackRoutes(() => rules.current, house.recorder, house.admission, house.experience.take),
    ...trainingRoutes(() => rules.current, training),
    ...arenaRoutes({
      rules: () => rules.current,
      admission: house.admission,
      recorder: teaching(house.recorder, house.experience),
      own,
      now: Date.now,
      random: house.random,
    }),
    ...leaderboardRoutes(() => rules.current, house.recorder, Date.now),
  ]
}

function dialectRoute(house: House, path: string, dialect: Dialect): Route {
  return { method: 'POST', path, handle: (request, reply) => serveChat(house, dialect, request, reply) }
}
