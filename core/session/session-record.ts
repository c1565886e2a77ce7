import type { SessionInfo, SessionRecord } from '../api/session.ts'

/** Milliseconds for which a renewed id is remembered, so that late requests with the old one are not taken for a logout. */
export const graceAfterRename = 10_000

/** What a rename leaves at the old key: nothing of the session but the fact that it moved. */
export function tombstoneOf(record: SessionRecord, now: number): SessionRecord {
  return {
    kind: 'anonymous',
    user: '',
    realm: record.realm,
    handle: '',
    created: now,
    lastSeen: now,
    expires: now + graceAfterRename,
    device: '',
    address: '',
    values: new Map(),
    moved: true,
  }
}

/** Does a list with this filter show the record? */
export function matches(record: SessionRecord, filter: { user?: string; realm?: string }): boolean {
  return (
    record.moved !== true &&
    (filter.user === undefined || record.user === filter.user) &&
    (filter.realm === undefined || record.realm === filter.realm)
  )
}

/** What a list shows of a record. */
export function infoOf(key: string, record: SessionRecord): SessionInfo {
  return {
    id: key,
    handle: record.handle,
    kind: record.kind,
    user: record.user,
    realm: record.realm,
    created: new Date(record.created),
    lastSeen: new Date(record.lastSeen),
    expires: new Date(record.expires),
    device: record.device,
    address: record.address,
  }
}

/** A record as JSON: plain enough to be read with any editor. */
export interface RecordJson {
  readonly kind: SessionRecord['kind']
  readonly user: string
  readonly realm: string
  readonly handle: string
  readonly created: number
  readonly lastSeen: number
  readonly expires: number
  readonly device: string
  readonly address: string
  readonly moved?: boolean
  /** Pairs, not an object: a key named `__proto__` is a key. */
  readonly values: readonly (readonly [string, string])[]
}

export function recordToJson(record: SessionRecord): RecordJson {
  return { ...record, values: [...record.values] }
}

/** null for whatever is no record: a torn file, a foreign one. */
export function recordFromJson(json: unknown): SessionRecord | null {
  if (typeof json !== 'object' || json === null) return null
  // Each member is checked before it is believed.
  const { kind, user, realm, handle, created, lastSeen, expires, device, address, moved, values } = json as Record<
    keyof RecordJson,
    unknown
  >
  if (kind !== 'anonymous' && kind !== 'user' && kind !== 'remembered') return null
  for (const text of [user, realm, handle, device, address]) if (typeof text !== 'string') return null
  for (const number of [created, lastSeen, expires]) if (typeof number !== 'number') return null
  if (!Array.isArray(values)) return null
  const held = new Map<string, string>()
  for (const pair of values as unknown[]) {
    if (!Array.isArray(pair) || typeof pair[0] !== 'string' || typeof pair[1] !== 'string') return null
    held.set(pair[0], pair[1])
  }
  return {
    kind,
    user: user as string,
    realm: realm as string,
    handle: handle as string,
    created: created as number,
    lastSeen: lastSeen as number,
    expires: expires as number,
    device: device as string,
    address: address as string,
    values: held,
    ...(moved === true ? { moved: true } : {}),
  }
}
