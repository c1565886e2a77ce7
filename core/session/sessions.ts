import { randomBytes } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { sessionOption } from '../api/errors.ts'
import type { Reply } from '../api/reply.ts'
import type { Session, SessionConfig, SessionService, SessionStore, SessionUser, Soon } from '../api/session.ts'
import { holdResponse } from './hold-response.ts'
import type { BeforeFirstByte } from './hold-response.ts'
import { MemorySessionService } from './memory-session-service.ts'
import { NodeRequest } from './node-request.ts'
import { stateOf } from './session-dict.ts'
import { StoreSessionService } from './session-service.ts'

/** The wiki's options, all of them optional here, and what a server without a wiki needs besides. */
export interface SessionsOptions extends Partial<SessionConfig> {
  /** Who keeps the sessions; left out: made from `store`. */
  readonly service?: SessionService
  /** Where they are kept; left out: this process's memory. */
  readonly store?: SessionStore
  /** Whom the request speaks for, if the server knows; null: nobody asked. Left out: `signIn` and `signOut` tell. */
  readonly user?: (req: IncomingMessage) => SessionUser | null
  /**
   * True: a store that answers later is not asked before the handler; whoever wants the session says
   * `await req.session.open()`, and pages that do not want it need no store. Default false.
   */
  readonly lazy?: boolean
  /** True behind a proxy of your own: `X-Forwarded-Proto` and `-For` are believed. Default false. */
  readonly trustProxy?: boolean
}

/** What a request has once the sessions have seen it. */
export interface WithSession {
  session: Session
}

/** Connect's shape; with a handler in the place of `next` it is all that a plain server needs. */
export interface SessionMiddleware {
  (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void): void
  /** The same for a plain server, with the types of it: `createServer(session.handle((req, res) => …))`. */
  handle(handler: (req: IncomingMessage & WithSession, res: ServerResponse) => unknown): RequestListener
  readonly service: SessionService
  readonly config: SessionConfig
}

/**
 * Sessions for any `node:http` server, and for Express or Connect:
 *
 * ```ts
 * import { createServer } from 'node:http'
 * import { sessions } from 'servus/session'
 * const { handle } = sessions({ secrets: ['a text of at least thirty-two characters'] })
 * createServer(handle(({ session }, res) => res.end(`Visit ${(session['n'] = Number(session['n'] ?? 0) + 1)}`))).listen(8080)
 *
 * app.use(sessions({ store: new FileStore('sessions'), secrets }))      // Express
 * ```
 * A store that answers later is asked before `next` when the visitor brought a cookie; with one that answers at once nothing
 * is read until somebody looks. The answer is held until the session is stored.
 */
export function sessions(options: SessionsOptions = {}): SessionMiddleware {
  const config = configOf(options)
  const service =
    options.service ?? (options.store === undefined ? new MemorySessionService() : new StoreSessionService(options.store))
  void service.prepare?.(config)
  const { user, trustProxy = false, lazy = false } = options

  const middleware = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void): void => {
    // Mounted twice, on an app and on a part of it: once is enough.
    const before = (req as Partial<WithSession>).session
    if (before !== undefined && stateOf(before)?.request.config === config) {
      next()
      return
    }
    const request = new NodeRequest(req, config, user === undefined ? null : user(req), trustProxy)
    const session = service.getSession(request)
    if (session instanceof Promise) {
      session.then(
        (late) => begin(req, res, next, new SessionEnd(service, request, late), lazy),
        (error: unknown) => fail(res, next, error),
      )
    } else {
      begin(req, res, next, new SessionEnd(service, request, session), lazy)
    }
  }
  const handle: SessionMiddleware['handle'] = (handler) => (req, res) => {
    middleware(req, res, () => {
      // The session is on the request by now: that is what `next` means.
      handler(req as IncomingMessage & WithSession, res)
    })
  }
  return Object.assign(middleware, { handle, service, config })
}

function begin(req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void, end: SessionEnd, lazy: boolean): void {
  // The property is ours to add: Express and Connect expect it here.
  ;(req as IncomingMessage & WithSession).session = end.session
  const state = stateOf(end.session)
  holdResponse(res, end, state !== null && state.store.instant === true)
  if (lazy || state === null || state.loaded || state.store.readSync !== undefined) {
    next()
    return
  }
  end.session.open().then(
    () => next(),
    (error: unknown) => fail(res, next, error),
  )
}

/** What is to be done before the first byte. An object, not a closure: one is made for every request. */
class SessionEnd implements BeforeFirstByte {
  readonly service: SessionService
  readonly request: NodeRequest
  readonly session: Session

  constructor(service: SessionService, request: NodeRequest, session: Session) {
    this.service = service
    this.request = request
    this.session = session
  }

  beforeFirstByte(reply: Reply): Soon<void> {
    return this.service.finalize(this.request, this.session, reply)
  }
}

/** Express has a place for errors; a plain handler has none. */
function fail(res: ServerResponse, next: (error?: unknown) => void, error: unknown): void {
  if (next.length > 0) {
    next(error)
    return
  }
  res.statusCode = 503
  res.setHeader('Retry-After', '2')
  res.end('Your session cannot be read at the moment; please try again.\n')
}

function configOf(options: SessionsOptions): SessionConfig {
  const { secrets, store, service } = options
  if (secrets === undefined && (store !== undefined || service !== undefined)) {
    throw sessionOption(
      'secrets',
      'sessions that outlive this process need a secret that does: secrets: [a text of 32 characters or more]',
    )
  }
  return {
    siteId: 'server',
    cookieLifetime: ['24h', '14d'],
    cookieDomain: null,
    cookiePath: null,
    cookieName: null,
    cookieSecure: null,
    cookieHttpOnly: true,
    cookieSameSite: 'lax',
    expire: null,
    // A wiki waits for the cookie, for the robots' sake; who calls this keeps what a first request says, as others do.
    anonymousStart: 'at-once',
    sessionDir: join(process.cwd(), 'sessions'),
    scriptRoot: '',
    ...options,
    secrets: secrets ?? [randomBytes(32).toString('base64url')],
  }
}
