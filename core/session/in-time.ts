import { sessionStoreSlow } from '../api/errors.ts'
import type { SessionStore, Soon } from '../api/session.ts'
import { isThenable } from '../base/soon.ts'
import { within } from '../base/within.ts'
import type { SessionHome } from './session-home.ts'

/**
 * What a store answers; the error `session-store-slow` when it lets a request wait for longer than the service allows. A store
 * that looks at the clock itself knows better what its time goes into.
 */
export function inTime<T>(home: SessionHome, store: SessionStore, operation: string, answer: T | PromiseLike<T>): Soon<T> {
  if (!isThenable(answer)) return answer
  const promise = Promise.resolve(answer)
  if (store.keepsTime === true) return promise
  return within(home.ioTimeout, promise, () => sessionStoreSlow(operation, home.ioTimeout))
}
