import type { Reply } from './reply.ts'
import type { RequestFacts } from './request-facts.ts'

/**
 * A visitor's session: a dict that lives as long as the wiki's `cookieLifetime` says.
 *
 * ```ts
 * session['test'] = 1
 * 'test' in session; delete session['test']
 * for (const [key, value] of session) console.log(key, value)
 * ```
 * Values: JSON plus undefined, NaN, Infinity, Date, Map, Set, BigInt and Uint8Array; anything else is a TypeError at
 * assignment, naming the key. Nested changes count: `(session['cart'] as string[]).push('apple')` is kept.
 */
export type Session = SessionMembers & { [key: string]: unknown }

/**
 * The session's own members. Their names are refused as keys by property assignment; `get`, `set`, `has` and `delete`
 * reach every key, `__proto__` included.
 */
export interface SessionMembers extends Iterable<[string, unknown]> {
  /** True until the visitor has brought back a cookie of ours. Known from the cookie's signature: no store is asked. */
  readonly isNew: boolean
  /** A public, stable, non-secret id of this session for caching; '' when there is no session. It changes at login and logout. */
  readonly key: string
  get<T = unknown>(key: string): T | undefined
  set(key: string, value: unknown): void
  has(key: string): boolean
  /** True when the key was there. */
  delete(key: string): boolean
  /** Forgets every key; the session itself stays, and so does who is signed in. */
  clear(): void
  /** Replaces a value by `change(value)`, repeated until no other request changed it in between. Resolves to the new value, stored. */
  update<T = unknown>(key: string, change: (value: T | undefined) => T | undefined): Promise<T | undefined>
  /** Adds to a number, atomically in the store when the reply is finished: parallel requests add up. */
  increment(key: string, by?: number): void
  /** Adds to the end of a list, atomically; `max` keeps the newest, `unique` removes earlier equal items. */
  append(key: string, value: unknown, options?: { max?: number; unique?: boolean }): void
  /** Values that live for this request only (Appier). `session['email']` reads them like stored ones. */
  readonly transient: Record<string, unknown>
  setT(key: string, value: unknown): void
  getT<T = unknown>(key: string): T | undefined
  deleteT(key: string): boolean
  /** Keeps a value for exactly one later page, the next one that asks for it. */
  flash(key: string, value: unknown): void
  /** Takes the flashed values of a key: they are gone afterwards. */
  flashes<T = unknown>(key: string): readonly T[]
  /** A new id for the same data; the old id is dead. */
  renew(): void
  /** Forgets everything: the record dies and the cookie with it. */
  destroy(): void
  /**
   * Makes the dict usable where its store answers later (once a request); where it answers at once, a GET still reads only
   * when somebody looks. Needed only by code declared `session: 'none'`; everyone else finds it done. Rejects with
   * `session-store-down` (503) in a POST whose session cannot be read.
   */
  open(): Promise<void>
}

/** What a session service is told of a request: the facts, who the visitor is, and the wiki's settings. */
export interface SessionRequest extends RequestFacts {
  readonly config: SessionConfig
  /**
   * The visitor as the auth methods left them; `finalize` compares with the session and opens, renews or ends it.
   * null: nobody asked who it is (a static file, an action declared `session: 'none'`), so nobody is signed in or out.
   */
  readonly user: SessionUser | null
  /** The form's fields, where a session id may come by form. */
  readonly form?: URLSearchParams
}

/** The part of a user that decides about a session. */
export interface SessionUser {
  readonly id: string
  readonly valid: boolean
  readonly name: string
  readonly authMethod: string
  readonly rememberMe: boolean
  /** Changes with the password. A session signed in under another epoch is over; checked by whoever loads the account. */
  readonly epoch?: string
  /** The superuser who looks at the wiki as this user (MoinMoin's setuid): theirs is the session. */
  readonly behind?: SessionUser | null
}

/** The options of a wiki that a session service obeys. Read from the request on every call: one service may serve many wikis. */
export interface SessionConfig {
  /** The wiki's name in its farm. */
  readonly siteId: string
  /** Hours `[anonymous, logged-in]`, MoinMoin's pair; a timespan string in place of a number is allowed. */
  readonly cookieLifetime: readonly [Lifetime, Lifetime]
  readonly cookieDomain: string | null
  readonly cookiePath: string | null
  readonly cookieName: string | null
  /** null: Secure exactly when this request came by https. */
  readonly cookieSecure: boolean | null
  readonly cookieHttpOnly: boolean
  readonly cookieSameSite: 'lax' | 'strict' | 'none'
  /** An idle limit in Moya's spelling (`'24h'`) for every session; null: the lifetimes alone decide. */
  readonly expire: Lifetime | null
  /** When an anonymous visitor's first write is stored: once their cookie came back (MoinMoin), or at once. */
  readonly anonymousStart: 'cookie-first' | 'at-once'
  /** Absolute folder of the file store. */
  readonly sessionDir: string
  /** Secrets that sign cookies, newest first; each of at least 32 characters. */
  readonly secrets: readonly string[]
  /** Mount path of the wiki, '' at the root of its host. */
  readonly scriptRoot: string
  /**
   * A text that is this installation's own, made once and kept beside the secret, so that two installations on one host do
   * not use one cookie name. Left out: derived from the oldest secret.
   */
  readonly installation?: string
  /** How a session id may travel; `['cookie']` when left out. Query and form carry it under the name `session`. */
  readonly sessionTransports?: readonly SessionTransport[]
}

/** How the session's id travels: in a cookie, or for visitors without cookies in the address or in forms. */
export type SessionTransport = 'cookie' | 'query' | 'form'

/** Hours as a number (fractions allowed, negative: remember-me is ignored), or a timespan: `'30m'`, `'24h'`, `'14d'`, `'-12h'`. */
export type Lifetime = number | string

/** A page's or a plugin's own wishes (Spyce): a session that belongs to one path, a shorter life. */
export interface SessionWishes {
  /** The session is a separate one, sent by the browser below this path only. */
  readonly path?: string
  /** Idle limit; it shortens the wiki's lifetime, or replaces it when `path` makes the session a separate one. */
  readonly expire?: Lifetime
}

/** A value now or later: a store in memory answers at once, and a caller that must not wait need not. */
export type Soon<T> = T | Promise<T>

/**
 * Whoever keeps sessions. Replace it as a whole: `sessionService: new MyService()` in the config.
 * The session it hands out may be any object that works as a dict; `isNew` on it is what macros ask for.
 */
export interface SessionService {
  /** The visitor's session; called once a request, before anything else. Never null, never fails for an unknown cookie. */
  getSession(request: SessionRequest, wishes?: SessionWishes): Soon<Session>
  /** Stores what changed and puts the cookie on the reply; called once, before the first byte, on every reply. */
  finalize(request: SessionRequest, session: Session, reply: Reply): Soon<void>
  /** Ends a session by the id that `allSessionIds` and `sessionsOf` tell. */
  destroySession(id: string): Promise<void>
  /** Every session; with a config only that wiki's (or its farm's, where the login is shared). */
  allSessionIds(config?: SessionConfig): AsyncIterable<string>
  /** The live sessions of an account, for "Where you are signed in". */
  sessionsOf?(userId: string, config?: SessionConfig): AsyncIterable<SessionInfo>
  /** Called once for each wiki at its start: a folder that cannot be written or a bad option stops the start here. */
  prepare?(config: SessionConfig): Soon<void>
  /** Removes expired sessions; `now` in milliseconds since 1970. Resolves to how many. */
  purge?(now: number): Promise<number>
  close?(): Promise<void>
}

/** A session as lists show it: nothing in here lets anyone in. */
export interface SessionInfo {
  /** What `destroySession` takes: the stored key, not the cookie's id. */
  readonly id: string
  /** The session's public key, `session.key` in its own requests: which one of the list "this one" is. */
  readonly handle: string
  readonly kind: SessionKind
  /** Account id, '' when anonymous. */
  readonly user: string
  /** Which wiki or farm the session belongs to. */
  readonly realm: string
  readonly created: Date
  readonly lastSeen: Date
  readonly expires: Date
  /** Browser and system in words, and address prefix, at the last login; '' when unknown. */
  readonly device: string
  readonly address: string
}

/** Whose session it is: nobody's, a user's until the browser is closed, or a user's who is remembered. */
export type SessionKind = 'anonymous' | 'user' | 'remembered'

/** One session as a store keeps it. Times in milliseconds since 1970. Values are encoded JSON texts. */
export interface SessionRecord {
  readonly kind: SessionKind
  /** Account id, '' when anonymous. */
  readonly user: string
  readonly realm: string
  /** The public key of the session (`session.key`). */
  readonly handle: string
  readonly created: number
  readonly lastSeen: number
  /** The one truth about the end of this session. */
  readonly expires: number
  readonly device: string
  readonly address: string
  /** Value texts by key; a Map so that no key is special. */
  readonly values: ReadonlyMap<string, string>
  /** True for what `rename` leaves behind for some seconds: a late request with the old id learns that it is no logout. */
  readonly moved?: boolean
}

/** What changed in one request; applied to the record atomically, and only if it still exists. */
export interface SessionChange {
  readonly set: ReadonlyMap<string, string>
  readonly delete: ReadonlySet<string>
  readonly increment: ReadonlyMap<string, number>
  readonly append: ReadonlyMap<string, SessionAppend>
  /** Forget every key first. */
  readonly clear?: boolean | undefined
  /** Do nothing and answer 'changed' unless these keys still hold these texts (null: absent). */
  readonly expect?: ReadonlyMap<string, string | null> | undefined
  readonly created?: number | undefined
  readonly lastSeen?: number | undefined
  readonly expires?: number | undefined
  readonly kind?: SessionKind | undefined
  readonly user?: string | undefined
  readonly handle?: string | undefined
  readonly device?: string | undefined
  readonly address?: string | undefined
}

/** Items for the end of a list. `values` are encoded texts; `max` 0 keeps all. */
export interface SessionAppend {
  readonly values: readonly string[]
  readonly max: number
  readonly unique: boolean
}

/**
 * Where the default service keeps records. Missing, expired or foreign is null, never an error; a throw means the store
 * itself is ill. Keys are hashes: a dump of the store contains no usable cookie.
 *
 * A record handed out is a snapshot: a later merge must not change it.
 */
export interface SessionStore {
  read(key: string): Soon<SessionRecord | null>
  /** A store that can answer at once adds this; sessions are then read only when somebody looks at them. */
  readSync?(key: string): SessionRecord | null
  /** True for a store that never answers with a promise, whatever happens: whoever writes an answer need not be ready to wait. */
  readonly instant?: boolean
  /** True for a store that gives up by itself when its server is silent; others are given the service's `ioTimeout`. */
  readonly keepsTime?: boolean
  /** False: exists. Never overwrites. */
  create(key: string, record: SessionRecord): Soon<boolean>
  /** Atomic; only if the record still exists. */
  merge(key: string, change: SessionChange): Soon<'ok' | 'gone' | 'changed'>
  /** A new key for the same record and a change with it, as one step; the old key is dead. */
  rename(from: string, to: string, change: SessionChange): Soon<'ok' | 'gone'>
  destroy(key: string): Soon<void>
  list(filter?: { user?: string; realm?: string }): AsyncIterable<SessionInfo>
  /** A store that keeps records in the visitors' own cookies: `baggage` is what they brought, by key. One for each request. */
  carry?(baggage: ReadonlyMap<string, string>, realm: string, secrets: readonly string[]): CarriedSessionStore
  /** Removes records whose `expires` is before `now`, in slices that never block the loop for long. */
  purge(now: number): Promise<number>
  close?(): Promise<void>
}

/** The records one visitor carries. */
export interface CarriedSessionStore extends SessionStore {
  /** What the cookie carries after this request; '' when there is no record of that key. Throws `session-too-large`. */
  baggageOf(key: string): string
  /** Would a dict of this size still fit? Characters of keys and encoded values. */
  readonly room: number
}
