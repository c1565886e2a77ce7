import type { SessionChange, SessionKind, SessionRecord } from '../api/session.ts'
import { applyChange } from './apply-change.ts'
import type { EndingRules } from './ending.ts'
import type { SessionState } from './session-state.ts'
import { publicHandle } from './token.ts'
import type { TokenKind } from './token.ts'

/** The record a change makes out of nothing. */
export function recordOf(
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

/** When a session that is used now is over, the lid on its whole life considered. */
export function expiry(now: number, life: number, kind: SessionKind, created: number, rules: EndingRules): number {
  const end = now + life * 1000
  return rules.absolute === null ? end : Math.min(end, created + rules.absolute[kind] * 1000)
}

/** The cookie is old enough to be sent anew, or an older secret signed it, or the browser has two. */
export function isDue(state: SessionState, kind: SessionKind, now: number): boolean {
  const { token } = state
  return token !== null && (state.brought > 1 || !token.current || now - token.issued * 1000 >= state.settings.renewAfter[kind])
}

/** A page or a plugin wished for a shorter life: whoever goes on elsewhere gets the usual one back, before the short one is over. */
export function wasShortened(
  { settings }: SessionState,
  record: SessionRecord,
  kind: SessionKind,
  now: number,
  rules: EndingRules,
): boolean {
  return record.expires + 2 * settings.renewAfter[kind] < expiry(now, settings.lifetimes[kind], kind, record.created, rules)
}

/** The id that the cookie of this reply brings; the same however often it is asked for. */
export function newId(state: SessionState): string {
  if (state.nextId === '') state.nextId = state.home.ids.next()
  return state.nextId
}

export const letterOf = (kind: SessionKind): TokenKind => (kind === 'anonymous' ? 'a' : kind === 'user' ? 'u' : 'r')

export const kindOfToken = (letter: TokenKind | undefined): SessionKind =>
  letter === 'u' ? 'user' : letter === 'r' ? 'remembered' : 'anonymous'
