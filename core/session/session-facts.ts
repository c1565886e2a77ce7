import type { Lifetime, Session, SessionKind, SessionUser } from '../api/session.ts'
import { lifetimesOf, renewAfter } from './lifetimes.ts'
import { kindOfToken } from './ending-parts.ts'
import { stateOf } from './session-dict.ts'

/** What a host may know of a session without counting as somebody who looked at it. */
export interface SessionFacts {
  /** The visitor brought a genuine cookie. No store was asked. */
  readonly brought: boolean
  /** What the cookie says the session is; null without one. `anonymous` means that nobody can be signed in: no need to load. */
  readonly kind: SessionKind | null
  /** The store was asked (or need not be). */
  readonly loaded: boolean
  /** Somebody read or wrote it, or asked `isNew`: the reply depends on the cookie. */
  readonly lookedAt: boolean
  /** The store could not be read. */
  readonly degraded: boolean
  /** There is a record in the store. */
  readonly stored: boolean
}

/** null for a session of another service, which keeps its own facts. */
export function sessionFacts(session: Session): SessionFacts | null {
  const state = stateOf(session)
  if (state === null) return null
  return {
    brought: state.token !== null,
    kind: state.token === null ? null : kindOfToken(state.token.kind),
    loaded: state.loaded,
    lookedAt: state.looked,
    degraded: state.degraded,
    stored: state.record !== null,
  }
}

/** Who signed in, as the session remembers. Whoever asks must still find out whether that account exists and is not disabled. */
export interface SignedIn {
  readonly id: string
  readonly authMethod: string
  readonly rememberMe: boolean
  /** The account's epoch at that time; '' when it had none. Another one now means: not signed in any more. */
  readonly epoch: string
  /** The account a superuser looks at the wiki as; null when they do not. */
  readonly switchedTo: string | null
}

/**
 * Who this session says is signed in, null for nobody. Loads the record only when the cookie says that somebody is, and does
 * not count as a look: say `noteLook` when the answer depends on it. Works for a foreign service's session too, which keeps
 * MoinMoin's keys `user.id` and `user.auth_method`.
 */
export async function signedIn(session: Session): Promise<SignedIn | null> {
  if (cannotBeSignedIn(session)) return null
  const state = stateOf(session)
  let read = (key: string): unknown => session[key]
  if (state !== null) {
    const loading = state.load()
    if (loading !== undefined) await loading
    if (state.record === null || state.record.user === '') return null
    read = (key) => state.log.get(key)
  }
  const id = read('user.id')
  if (typeof id !== 'string' || id === '') return null
  const switchedTo = read('setuid')
  return {
    id,
    authMethod: String(read('user.auth_method') ?? ''),
    rememberMe: read('user.remember') === true,
    epoch: String(read('user.epoch') ?? ''),
    switchedTo: typeof switchedTo === 'string' && switchedTo !== '' ? switchedTo : null,
  }
}

/** True when the cookie alone says that nobody is signed in; false when the record must be asked. */
export function cannotBeSignedIn(session: Session): boolean {
  const state = stateOf(session)
  return state !== null && (state.token === null || state.token.kind === 'a' || state.token.kind === 'n')
}

/** Says that the reply depends on who the visitor is: it gets `Vary: Cookie`, and no shared cache may keep it. */
export function noteLook(session: Session): void {
  const state = stateOf(session)
  if (state !== null) state.noted = true
}

/** Says that a session is one of its own below a path, beside the visitor's in the wiki. */
export function nestSession(session: Session, beside: Session): void {
  const state = stateOf(session)
  if (state !== null) state.beside = beside
}

/** The visitor's session in the wiki: for what the whole wiki shows, a message above the next page, whoever keeps it. */
export function wikiSession(session: Session): Session {
  return stateOf(session)?.beside ?? session
}

/** Names the code that uses the session from here on, for messages: `macro Visits`. '' ends that. */
export function nameSessionUser(session: Session, owner: string): void {
  const state = stateOf(session)
  if (state !== null) state.owner = owner
}

/**
 * A shorter idle limit for this session, until another request uses it (Spyce's session_expire, for code that runs when the session is there
 * already). It never makes a life longer; the shortest of several counts.
 */
export function limitLife(session: Session, expire: Lifetime): void {
  const state = stateOf(session)
  if (state === null) return
  const { lifetimes: now } = state.settings
  const wished = lifetimesOf(state.request.config, { expire })
  const of = (kind: SessionKind): number => Math.min(now[kind], wished[kind])
  const lifetimes = { anonymous: of('anonymous'), user: of('user'), remembered: of('remembered') }
  const renew = (kind: SessionKind): number => renewAfter(lifetimes[kind]) * 1000
  state.settings = {
    ...state.settings,
    lifetimes,
    renewAfter: { anonymous: renew('anonymous'), user: renew('user'), remembered: renew('remembered') },
  }
}

/**
 * The session's id as a text for links (`?session=…`) and forms, where `sessionTransports` allows them: for visitors who
 * refuse cookies. Whoever has it has the session, so it must not get into pages that others see; the reply gets
 * `Referrer-Policy: no-referrer`. '' when the wiki does not allow it.
 */
export function sessionToken(session: Session): string {
  const state = stateOf(session)
  if (state === null || state.settings.transports === null) return ''
  state.look()
  state.travels = true
  const now = Math.floor(state.home.clock.now() / 1000)
  if (state.token !== null) return state.settings.signer.sign(state.token.id, state.token.kind, now)
  if (state.nextId === '') state.nextId = state.home.ids.next()
  return state.settings.signer.sign(state.nextId, 'n', now)
}

/**
 * Signs an account in: with the reply the session gets a new id and keeps its data, and the cookie lives by the lifetime for
 * signed-in users. For servers whose requests do not say who the visitor is; in the wiki the auth methods do.
 */
export function signIn(session: Session, user: { readonly id: string } & Partial<SessionUser>): void {
  const state = stateOf(session)
  if (state === null) throw new TypeError('signIn needs a session of this package')
  state.look()
  state.visitor = { name: '', authMethod: 'given', rememberMe: false, ...user, valid: true }
}

/** Ends the session of whoever is signed in: the record dies, the cookie expires. */
export function signOut(session: Session): void {
  session.destroy()
}
