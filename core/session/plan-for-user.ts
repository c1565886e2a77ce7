import { sessionNeedsEpoch } from '../api/errors.ts'
import type { SessionKind, SessionUser } from '../api/session.ts'
import { PendingChange, changesValues } from './apply-change.ts'
import { deviceOf, networkOf } from './device.ts'
import { nothing } from './ending.ts'
import type { Ending, EndingRules, NewCookie } from './ending.ts'
import { expiry, isDue, letterOf, newId, recordOf, wasShortened } from './ending-parts.ts'
import type { SessionState } from './session-state.ts'
import { publicHandle, storeKey } from './token.ts'
import { encodeValue } from './values.ts'

/** The ending for somebody who is signed in: the session says so from now on, under a new id if it did not before. */
export function planForUser(
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
