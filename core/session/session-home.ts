import type { Clock } from '../base/clock.ts'
import type { RandomIds } from '../base/random-id.ts'
import type { SessionEvents } from './session-events.ts'

/** What the sessions of one service have in common. */
export interface SessionHome {
  readonly clock: Clock
  readonly ids: RandomIds
  readonly events: SessionEvents
  /** Milliseconds a store may take for an answer. */
  readonly ioTimeout: number
  /** Realms of which it was told that their cookies cannot arrive: once is enough. */
  readonly toldOfHttp: Set<string>
}
