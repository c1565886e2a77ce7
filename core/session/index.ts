/**
 * `servus/session`: sessions for the wiki host and for any other Node server. The life of a request, as a host writes it:
 *
 * ```ts
 * const session = service.getSession(request)            // never waits, asks no store
 * const who = await signedIn(session)                   // loads only when the cookie says that somebody is signed in
 * const user = await accountOf(who)                     // exists, not disabled, same epoch? else user.valid = false
 * noteLook(session)                                     // if the reply shows who it is: Vary: Cookie
 * await session.open()                                  // before code that may touch the session; 503 for a POST without store
 * const reply = await answer({ ...request, session, user })
 * await service.finalize({ ...request, user }, session, reply)   // on every reply, before its first byte
 * send(reply)
 * ```
 *
 * `request.user` in `finalize` is null when nobody asked who the visitor is (static files, `session: 'none'`); a user with
 * `valid: false` ends a session that somebody was signed in to. After a login the same request already has the new user. For
 * setuid, `user` is the one looked like and `user.behind` the superuser. `finalize` may throw `session-store-down` (503)
 * after a POST whose changes could not be kept: answer that error, without calling `finalize` again.
 */
export { sessions } from './sessions.ts'
export type { SessionMiddleware, SessionsOptions, WithSession } from './sessions.ts'
export { StoreSessionService } from './session-service.ts'
export type { SessionServiceOptions } from './session-service.ts'
export { MemorySessionService } from './memory-session-service.ts'
export { FileSessionService } from './file-session-service.ts'
export { FileStore } from './stores/file.ts'
export type { FileStoreOptions } from './stores/file.ts'
export { RedisSessionService } from './redis-session-service.ts'
export { RedisStore } from './stores/redis.ts'
export type { RedisStoreOptions } from './stores/redis.ts'
export type { RedisClient, RedisConnectionOptions } from './stores/redis-connection.ts'
export type { RequestFacts } from '../api/request-facts.ts'
export type { Clock } from '../base/clock.ts'
export { CookieSessionService } from './cookie-session-service.ts'
export { CookieStore } from './stores/cookie.ts'
export type { CookieStoreOptions } from './stores/cookie.ts'
export { migrating } from './stores/migrating.ts'
export { fromExpressStore } from './stores/express.ts'
export type { ExpressStore } from './stores/express.ts'
export { MemoryStore } from './stores/memory.ts'
export type { MemoryStoreOptions } from './stores/memory.ts'
export {
  limitLife,
  nameSessionUser,
  nestSession,
  noteLook,
  cannotBeSignedIn,
  sessionFacts,
  sessionToken,
  signIn,
  signOut,
  signedIn,
  wikiSession,
} from './session-facts.ts'
export type { SessionFacts, SignedIn } from './session-facts.ts'
export { refusingSession } from './session-dict.ts'
export type { SessionCounters, SessionEvent, SessionEventName } from './session-events.ts'
export { deviceOf, networkOf } from './device.ts'
export { lifetimesOf } from './lifetimes.ts'
export type { Lifetimes } from './lifetimes.ts'
export { applyChange, noChange } from './apply-change.ts'
export { decodeValue, encodeValue } from './values.ts'
export type {
  CarriedSessionStore,
  Lifetime,
  Session,
  SessionAppend,
  SessionChange,
  SessionConfig,
  SessionInfo,
  SessionKind,
  SessionMembers,
  SessionRecord,
  SessionRequest,
  SessionService,
  SessionStore,
  SessionTransport,
  SessionUser,
  SessionWishes,
  Soon,
} from '../api/session.ts'
