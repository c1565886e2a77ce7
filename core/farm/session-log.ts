import type { Log } from '../api/action.ts'
import type { SessionEvent, SessionEventName } from '../api/session-events.ts'
import type { SessionService } from '../api/session.ts'

/** What services of ours can do beyond the contract. */
interface Telling {
  on(name: SessionEventName | '*', listener: (event: SessionEvent) => void): () => void
}

/** What happens with each page view is for those who look for something; the rest is told as it happens. */
const levels: Readonly<Record<SessionEventName, 'debug' | 'info' | 'warn' | 'error'>> = {
  create: 'info',
  load: 'debug',
  save: 'debug',
  touch: 'debug',
  expire: 'info',
  destroy: 'info',
  renew: 'info',
  discard: 'warn',
  reject: 'info',
  error: 'error',
}

/** One line in the log for each event, with the session's public key. Nobody listens to what the log would not write: events that nobody wants are not even made. */
export function logSessionEvents(
  service: SessionService,
  log: Log & { debug?: Log['info']; isLevelEnabled?(level: string): boolean },
): void {
  if (!isTelling(service)) return
  for (const [name, level] of Object.entries(levels)) {
    if (log.isLevelEnabled?.(level) === false || log[level] === undefined) continue
    service.on(name as SessionEventName, ({ event, error, ...facts }) =>
      log[level]?.({ session: event, ...facts, ...(error === undefined ? {} : { err: error }) }, 'session'),
    )
  }
}

/** For the owner of a wiki; a service of somebody else's tells nothing. */
export function tellSessionEvents(service: SessionService, listener: (event: SessionEvent) => void): void {
  if (isTelling(service)) service.on('*', listener)
}

function isTelling(service: SessionService): service is SessionService & Telling {
  return typeof (service as Partial<Telling>).on === 'function'
}
