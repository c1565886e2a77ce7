import { sessionServiceSlow } from '../api/errors.ts'
import type { SessionService } from '../api/session.ts'
import { isThenable } from '../base/soon.ts'
import { within } from '../base/within.ts'
import { StoreSessionService } from '../session/index.ts'

/**
 * A session service of somebody else's, for which no request waits longer than `ms`: each request asks it first and last, so one
 * promise of it that is never kept would be an answer that never comes. Ours looks at the clock itself.
 */
export function patientService(service: SessionService, ms: number): SessionService {
  if (service instanceof StoreSessionService) return service
  const inTime = <T>(name: string, answer: T | Promise<T>): T | Promise<T> =>
    isThenable(answer) ? within(ms, Promise.resolve(answer), () => sessionServiceSlow(name, ms)) : answer
  const own: Partial<SessionService> = {
    getSession: (request, wishes) => inTime('getSession', service.getSession(request, wishes)),
    finalize: (request, session, reply) => inTime('finalize', service.finalize(request, session, reply)),
  }
  return new Proxy(service, {
    get(target, name) {
      if (name === 'getSession' || name === 'finalize') return own[name]
      // Its private members are its own: `this` must be the service, not the proxy.
      const member: unknown = Reflect.get(target, name, target)
      return typeof member === 'function' ? (member.bind(target) as unknown) : member
    },
  })
}
