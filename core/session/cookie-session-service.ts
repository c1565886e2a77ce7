import { StoreSessionService } from './session-service.ts'
import type { SessionServiceOptions } from './session-service.ts'
import { CookieStore } from './stores/cookie.ts'
import type { CookieStoreOptions } from './stores/cookie.ts'

/** All of a session in one encrypted cookie (Kay's secure cookie): nothing to keep on the server, about 2 KB of values. */
export class CookieSessionService extends StoreSessionService {
  constructor(options: SessionServiceOptions & CookieStoreOptions = {}) {
    super(new CookieStore(options), options)
  }
}
