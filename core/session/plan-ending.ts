import { sessionNeedsEpoch } from '../api/errors.ts'
import type { Reply } from '../api/reply.ts'
import type { SessionChange, SessionKind, SessionRecord, SessionUser } from '../api/session.ts'
import { PendingChange, applyChange, changesValues, noChange } from './apply-change.ts'
import { deviceOf, networkOf } from './device.ts'
import { kindOf } from './lifetimes.ts'
import { isSafe } from './safe-method.ts'
import type { SessionState } from './session-state.ts'
import { publicHandle, storeKey } from './token.ts'
import type { TokenKind } from './token.ts'
import { encodeValue } from './values.ts'

/** What the end of a request does: at most one operation on the store, then at most one cookie. */
export type Ending =
  | { readonly do: 'nothing' }
  /** The record dies, and with it the cookie. */
  | { readonly do: 'destroy'; readonly keys: readonly string[]; readonly reason: string }
  /** A cookie for a visitor of whom nothing is stored. */
  | { readonly do: 'promise'; readonly cookie: NewCookie }
  | {
      readonly do: 'create'
      readonly key: string
      readonly record: SessionRecord
      /** For a key that a parallel request has created meanwhile. */
      readonly change: SessionChange
      readonly cookie: NewCookie
    }
  | {
      readonly do: 'merge'
      readonly key: string
      readonly change: SessionChange
      readonly touch: boolean
      readonly cookie: NewCookie | null
    }
  | {
      readonly do: 'rename'
      readonly from: string
      readonly to: string
      readonly change: SessionChange
      /** What is created when the old record is gone: a login must succeed. null: then the session is over. */
      readonly instead: SessionRecord | null
      readonly cookie: NewCookie
    }

export interface NewCookie {
  readonly id: string
  readonly kind: TokenKind
  /** Seconds. */
  readonly life: number
}

export interface EndingRules {
  /** Seconds a session may live however busy it is, by kind; null: as long as it is used. */
  readonly absolute: Readonly<Record<SessionKind, number>> | null
  /** True: cookies end with the browser; the store's expiry holds all the same. */
  readonly browserSession: boolean
  /** Anonymous visitors who are no people get no session. */
  isRobot(userAgent: string | undefined): boolean
}

const nothing: Ending = { do: 'nothing' }

/** The table of the design, top down: the first row that fits. `state` must be loaded when a user is known or values changed. */
export function planEnding(state: SessionState, who: SessionUser | null, reply: Reply, rules: EndingRules): Ending {
  if (state.degraded) return nothing
  const { token, record, settings } = state
  // For setuid the session is the superuser's, not that of the user they look like.
  const owner = who?.behind ?? who
  const valid = owner?.valid === true
  const signedIn = record === null ? !state.loaded && (token?.kind === 'u' || token?.kind === 'r') : record.user !== ''

  if (state.destroyWanted) return destroy(state, 'asked for')
  if (owner !== null && !valid && signedIn) return destroy(state, 'signed out')
  if (reply.status >= 500) return nothing
  if (state.moved && !valid) {
    // The browser has, or is about to get, a newer cookie: whatever this reply said about it would be wrong.
    if (state.hasLog && state.log.change(state) !== null) state.discard('the id was renewed meanwhile')
    return nothing
  }

  const kind = owner === null ? (record?.kind ?? kindOfToken(token?.kind)) : kindOf(owner)
  const life = settings.lifetimes[kind]
  if (life === 0) return state.brought > 0 || token !== null ? destroy(state, 'sessions of this kind are switched off') : nothing

  const now = state.home.clock.now()
  const values = state.hasLog ? state.log.change(state) : null

  if (valid && owner !== null) return planForUser(state, owner, who === owner ? null : who, kind, values, now, rules)

  if (token !== null && record !== null) {
    const letter = letterOf(kind)
    const due = isDue(state, kind, now) || token.kind !== letter || wasShortened(state, record, kind, now, rules)
    if (values === null && !state.renewWanted && (!due || isPublicAndUntouched(state, reply))) return nothing
    const change = values ?? new PendingChange()
    change.lastSeen = now
    change.expires = expiry(now, life, kind, record.created, rules)
    if (state.renewWanted) {
      change.handle = publicHandle(state.nextId)
      const cookie = { id: state.nextId, kind: letter, life }
      return { do: 'rename', from: token.key, to: storeKey(state.nextId), change, instead: null, cookie }
    }
    const cookie = due || state.carried !== null ? { id: token.id, kind: letter, life } : null
    return { do: 'merge', key: token.key, change, touch: values === null, cookie }
  }
  if (token !== null && !state.loaded) {
    // Nobody looked. A promised session is promised again, a stored one touched, when it is time.
    if (!isDue(state, kind, now) || isPublicAndUntouched(state, reply)) return nothing
    if (token.kind === 'n') return { do: 'promise', cookie: { id: token.id, kind: 'n', life } }
    return {
      do: 'merge',
      key: token.key,
      change: { ...noChange, lastSeen: now, expires: now + life * 1000 },
      touch: true,
      cookie: { id: token.id, kind: token.kind, life },
    }
  }

  // From here on nothing is stored of this visitor.
  if (token?.kind === 'u' || token?.kind === 'r') {
    // It was signed in and has been ended; what a late request writes must not open another one in its place.
    if (values !== null) state.discard()
    return destroy(state, 'its record is gone')
  }
  if (rules.isRobot(state.request.headers['user-agent'])) return nothing
  if (values !== null && (token !== null || settings.atOnce || !isSafe(state.request.method))) {
    // A promised id becomes the session's. Any other unknown id is not adopted, genuine though it is: it has ended once.
    const id = token?.kind === 'n' ? token.id : newId(state)
    const created = recordOf(state, values, '', kind, id, now, life, rules)
    return {
      do: 'create',
      key: storeKey(id),
      record: created,
      change: { ...values, lastSeen: now, expires: created.expires },
      cookie: { id, kind: 'a', life },
    }
  }
  if (token === null) return state.looked ? { do: 'promise', cookie: { id: newId(state), kind: 'n', life } } : nothing
  return token.kind === 'n' && isDue(state, kind, now) ? { do: 'promise', cookie: { id: token.id, kind: 'n', life } } : nothing
}

function planForUser(
  state: SessionState,
  owner: SessionUser,
  target: SessionUser | null,
  kind: SessionKind,
  values: PendingChange | null,
  now: number,
  rules: EndingRules,
): Ending {
  const { token, record, settings } = state
  if (state.carried !== null && owner.epoch === undefined) throw sessionNeedsEpoch()
  const life = settings.lifetimes[kind]
  const otherAccount = record !== null && record.user !== '' && record.user !== owner.id
  const held = otherAccount || values?.clear === true ? undefined : record?.values
  const change = values ?? new PendingChange()
  let switched = false
  const keep = (key: string, value: unknown): void => {
    const text = value === undefined || value === null ? undefined : encodeValue(value, key)
    if (held?.get(key) === text) return
    if (key === 'setuid') switched = true
    if (text === undefined) change.delete = new Set([...change.delete, key])
    else change.set = new Map([...change.set, [key, text]])
  }
  keep('user.id', owner.id)
  keep('user.auth_method', owner.authMethod)
  keep('user.remember', owner.rememberMe)
  keep('user.epoch', owner.epoch)
  keep('setuid', target?.id)

  const login = record === null || record.user !== owner.id
  const created = login ? now : record.created
  if (otherAccount) change.clear = true
  change.lastSeen = now
  change.expires = expiry(now, life, kind, created, rules)
  if (login || record?.kind !== kind) {
    change.kind = kind
    change.user = owner.id
  }
  const letter = letterOf(kind)
  if (login || switched || state.renewWanted || token === null) {
    const id = newId(state)
    const { headers, remoteAddress } = state.request
    change.handle = publicHandle(id)
    change.kind = kind
    change.user = owner.id
    change.created = created
    change.device = deviceOf(headers['user-agent'])
    change.address = networkOf(remoteAddress)
    const fresh = recordOf(state, change, owner.id, kind, id, now, life, rules)
    const cookie: NewCookie = { id, kind: letter, life }
    if (record === null || token === null) return { do: 'create', key: storeKey(id), record: fresh, change, cookie }
    return { do: 'rename', from: token.key, to: storeKey(id), change, instead: login ? fresh : null, cookie }
  }
  const due = isDue(state, kind, now) || token.kind !== letter || wasShortened(state, record, kind, now, rules)
  const cookie: NewCookie | null = due || state.carried !== null ? { id: token.id, kind: letter, life } : null
  if (changesValues(change) || change.kind !== undefined) return { do: 'merge', key: token.key, change, touch: false, cookie }
  return due ? { do: 'merge', key: token.key, change, touch: true, cookie } : nothing
}

/** The record a change makes out of nothing. */
function recordOf(
  state: SessionState,
  change: SessionChange,
  user: string,
  kind: SessionKind,
  id: string,
  now: number,
  life: number,
  rules: EndingRules,
): SessionRecord {
  const empty: SessionRecord = {
    kind,
    user,
    realm: state.settings.realm,
    handle: publicHandle(id),
    created: now,
    lastSeen: now,
    expires: expiry(now, life, kind, now, rules),
    device: '',
    address: '',
    values: new Map(),
  }
  // applyChange answers null only to `expect`, which no change of a request carries.
  return applyChange(empty, change) as SessionRecord
}

function destroy(state: SessionState, reason: string): Ending {
  // A record known to be missing needs no second death; the cookie does.
  const missing = state.loaded && state.record === null
  return { do: 'destroy', keys: missing ? [] : state.tokens.map((token) => token.key), reason }
}

function expiry(now: number, life: number, kind: SessionKind, created: number, rules: EndingRules): number {
  const end = now + life * 1000
  return rules.absolute === null ? end : Math.min(end, created + rules.absolute[kind] * 1000)
}

function isDue(state: SessionState, kind: SessionKind, now: number): boolean {
  const { token } = state
  return token !== null && (state.brought > 1 || !token.current || now - token.issued * 1000 >= state.settings.renewAfter[kind])
}

/** A page or a plugin wished for a shorter life: whoever goes on elsewhere gets the usual one back, before the short one is over. */
function wasShortened(
  { settings }: SessionState,
  record: SessionRecord,
  kind: SessionKind,
  now: number,
  rules: EndingRules,
): boolean {
  return record.expires + 2 * settings.renewAfter[kind] < expiry(now, settings.lifetimes[kind], kind, record.created, rules)
}

/** A reply that anyone may cache stays so: keeping a session alive can wait for the next one. */
function isPublicAndUntouched(state: SessionState, reply: Reply): boolean {
  return !state.looked && !state.noted && /\b(public|s-maxage)\b/i.test(reply.headers.get('cache-control') ?? '')
}

function newId(state: SessionState): string {
  if (state.nextId === '') state.nextId = state.home.ids.next()
  return state.nextId
}

export const letterOf = (kind: SessionKind): TokenKind => (kind === 'anonymous' ? 'a' : kind === 'user' ? 'u' : 'r')

export const kindOfToken = (letter: TokenKind | undefined): SessionKind =>
  letter === 'u' ? 'user' : letter === 'r' ? 'remembered' : 'anonymous'
