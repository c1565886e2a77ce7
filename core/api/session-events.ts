/** What happens to sessions, for plugins and logs. */
export type SessionEventName =
  | 'create'
  | 'load'
  | 'save'
  | 'touch'
  | 'expire'
  | 'destroy'
  | 'renew'
  | 'discard'
  | 'reject'
  | 'error'

/** One of them. It names the session by its public key, never by the id that lets somebody in. */
export interface SessionEvent {
  readonly event: SessionEventName
  /** `session.key`; '' when no session is known yet. */
  readonly key: string
  /** Account id, '' when anonymous or unknown. */
  readonly user: string
  readonly realm: string
  /** The request's id in the log, '' outside requests. */
  readonly request: string
  /** Why: a word or two for `discard`, `reject`, `destroy`; the message for `error`. */
  readonly reason: string
  /** What was thrown, for `error`. */
  readonly error?: unknown
}
