import type { Reply } from '../api/reply.ts'
import type { SessionUser } from '../api/session.ts'
import { PendingChange, noChange } from './apply-change.ts'
import { kindOf } from './lifetimes.ts'
import { nothing } from './ending.ts'
import type { Ending, EndingRules } from './ending.ts'
import { expiry, isDue, kindOfToken, letterOf, newId, recordOf, wasShortened } from './ending-parts.ts'
import { planForUser } from './plan-for-user.ts'
import { isSafe } from './safe-method.ts'
import type { SessionState } from './session-state.ts'
import { publicHandle, storeKey } from './token.ts'

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
    if (rules.absolute !== null && Number.isFinite(rules.absolute[kind])) return { do: 'load' }
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
  if (!isDue(state, kind, now)) return nothing
  if (token.kind === 'n') return { do: 'promise', cookie: { id: token.id, kind: 'n', life } }
  // Whoever brought it for so long without a record will not get it back.
  return destroy(state, 'its record is gone')
}

function destroy(state: SessionState, reason: string): Ending {
  // A record known to be missing needs no second death; the cookie does.
  const missing = state.loaded && state.record === null
  return { do: 'destroy', keys: missing ? [] : state.tokens.map((token) => token.key), reason }
}

/** A reply that anyone may cache stays so: keeping a session alive can wait for the next one. */
function isPublicAndUntouched(state: SessionState, reply: Reply): boolean {
  return !state.looked && !state.noted && /\b(public|s-maxage)\b/i.test(reply.headers.get('cache-control') ?? '')
}
