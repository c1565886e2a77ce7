/** `servus`: what configurations, plugins and macros import. Names one by one; nobody inside `core/` imports this file. */

// Sessions
export { FileSessionService, FileStore, MemorySessionService, MemoryStore, StoreSessionService } from './session/index.ts'
export type {
  Lifetime,
  Session,
  SessionChange,
  SessionConfig,
  SessionInfo,
  SessionKind,
  SessionMembers,
  SessionRecord,
  SessionRequest,
  SessionService,
  SessionStore,
  SessionUser,
  SessionWishes,
} from './api/session.ts'
