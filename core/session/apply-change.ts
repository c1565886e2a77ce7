import type { SessionAppend, SessionChange, SessionKind, SessionRecord } from '../api/session.ts'
import { encodeValue } from './values.ts'

/**
 * The record after a change, or null when `expect` does not hold. Every store that keeps whole records merges with this, so
 * that "merge" means the same everywhere; the record given is not touched.
 */
export function applyChange(record: SessionRecord, change: SessionChange): SessionRecord | null {
  if (change.expect !== undefined) {
    for (const [key, text] of change.expect) if ((record.values.get(key) ?? null) !== text) return null
  }
  return {
    kind: change.kind ?? record.kind,
    user: change.user ?? record.user,
    realm: record.realm,
    handle: change.handle ?? record.handle,
    created: change.created ?? record.created,
    lastSeen: change.lastSeen ?? record.lastSeen,
    expires: change.expires ?? record.expires,
    device: change.device ?? record.device,
    address: change.address ?? record.address,
    values: changesValues(change) ? changedValues(record.values, change) : record.values,
  }
}

/** False when only the times or the owner of the record change: a touch. */
export function changesValues(change: SessionChange): boolean {
  return (
    change.set.size > 0 || change.delete.size > 0 || change.increment.size > 0 || change.append.size > 0 || change.clear === true
  )
}

function changedValues(before: ReadonlyMap<string, string>, change: SessionChange): Map<string, string> {
  const values = change.clear === true ? new Map<string, string>() : new Map(before)
  for (const key of change.delete) values.delete(key)
  for (const [key, text] of change.set) values.set(key, text)
  for (const [key, by] of change.increment) values.set(key, incremented(values.get(key), by))
  for (const [key, append] of change.append) values.set(key, appended(values.get(key), append))
  return values
}

/** The text of a number with something added; whatever is no number counts as 0. */
export function incremented(text: string | undefined, by: number): string {
  const number = text === undefined ? 0 : Number(text)
  const sum = (Number.isFinite(number) ? number : 0) + by
  // Infinity is no JSON: whoever read it would be told that the store is broken.
  return Number.isFinite(sum) ? String(sum) : encodeValue(sum, '')
}

/** The text of a list with items added; whatever is no list counts as an empty one. */
export function appended(text: string | undefined, append: SessionAppend): string {
  const before: unknown = text === undefined ? [] : JSON.parse(text)
  let items = Array.isArray(before) ? before.map((item) => JSON.stringify(item)) : []
  for (const item of append.values) {
    if (append.unique) items = items.filter((earlier) => earlier !== item)
    items.push(item)
  }
  if (append.max > 0 && items.length > append.max) items = items.slice(-append.max)
  return `[${items.join(',')}]`
}

const noValues: ReadonlyMap<string, string> = new Map()
const noKeys: ReadonlySet<string> = new Set()
const noNumbers: ReadonlyMap<string, number> = new Map()
const noAppends: ReadonlyMap<string, SessionAppend> = new Map()

/**
 * A change in the making, with all its members from the start: objects put together by `...` get another shape each time, and
 * every look at them is slow, here where each request that writes passes.
 */
export class PendingChange implements SessionChange {
  set: ReadonlyMap<string, string> = noValues
  delete: ReadonlySet<string> = noKeys
  increment: ReadonlyMap<string, number> = noNumbers
  append: ReadonlyMap<string, SessionAppend> = noAppends
  clear: boolean | undefined = undefined
  expect: ReadonlyMap<string, string | null> | undefined = undefined
  created: number | undefined = undefined
  lastSeen: number | undefined = undefined
  expires: number | undefined = undefined
  kind: SessionKind | undefined = undefined
  user: string | undefined = undefined
  handle: string | undefined = undefined
  device: string | undefined = undefined
  address: string | undefined = undefined
}

/** A change that changes nothing, to spread over. */
export const noChange: SessionChange = {
  set: new Map(),
  delete: new Set(),
  increment: new Map(),
  append: new Map(),
}
