import type { SessionAppend, SessionChange } from '../../api/session.ts'
import { PendingChange } from '../apply-change.ts'

/** Letters that only one line of a session's file carries: whoever wrote it finds it again among those of others. */
export type LineTag = string

/** One change as one line of JSON. Maps become pairs: a key named `__proto__` is a key. */
export function changeToLine(change: SessionChange, by: LineTag): string {
  const { set, append, increment, clear, expect, created, lastSeen, expires, kind, user, handle, device, address } = change
  return JSON.stringify({
    by,
    clear: clear === true ? true : undefined,
    expect: expect === undefined ? undefined : [...expect],
    set: set.size === 0 ? undefined : [...set],
    delete: change.delete.size === 0 ? undefined : [...change.delete],
    increment: increment.size === 0 ? undefined : [...increment],
    append: append.size === 0 ? undefined : [...append],
    created,
    lastSeen,
    expires,
    kind,
    user,
    handle,
    device,
    address,
  })
}

/** null for whatever is no change: half a line that a full disk or a power cut left. */
export function changeFromLine(json: Readonly<Record<string, unknown>>): SessionChange | null {
  if (typeof json['by'] !== 'string') return null
  const change = new PendingChange()
  for (const name of ['set', 'increment', 'append', 'expect', 'delete'] as const) {
    if (json[name] !== undefined && !Array.isArray(json[name])) return null
  }
  if (json['clear'] === true) change.clear = true
  // Nobody but a store writes these lines: they are whole or not there.
  if (json['expect'] !== undefined) change.expect = new Map(json['expect'] as [string, string | null][])
  if (json['set'] !== undefined) change.set = new Map(json['set'] as [string, string][])
  if (json['delete'] !== undefined) change.delete = new Set(json['delete'] as string[])
  if (json['increment'] !== undefined) change.increment = new Map(json['increment'] as [string, number][])
  if (json['append'] !== undefined) change.append = new Map(json['append'] as [string, SessionAppend][])
  for (const name of ['created', 'lastSeen', 'expires'] as const) {
    const value = json[name]
    if (typeof value === 'number') change[name] = value
  }
  for (const name of ['user', 'handle', 'device', 'address'] as const) {
    const value = json[name]
    if (typeof value === 'string') change[name] = value
  }
  const { kind } = json
  if (kind === 'anonymous' || kind === 'user' || kind === 'remembered') change.kind = kind
  return change
}
