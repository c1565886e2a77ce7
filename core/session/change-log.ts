import { badSessionValue } from '../api/errors.ts'
import type { SessionAppend } from '../api/session.ts'
import { PendingChange, appended, incremented } from './apply-change.ts'
import { decodeValue, encodeValue } from './values.ts'

const noValues: ReadonlyMap<string, string> = new Map()

/**
 * The values of one request: what the record held when it was read, and what this request did to them, kept as operations
 * and not as a result. Two requests that change different keys never meet, and two that add to one number both count.
 */
export class ChangeLog {
  #before: ReadonlyMap<string, string>
  #set: Map<string, string> | null = null
  #deleted: Set<string> | null = null
  #added: Map<string, number> | null = null
  #appended: Map<string, SessionAppend> | null = null
  #cleared = false
  // Objects that somebody holds and may change inside; compared with the record's text at the end.
  #handedOut: Map<string, unknown> | null = null

  constructor(before: ReadonlyMap<string, string> | null) {
    this.#before = before ?? noValues
  }

  get(key: string): unknown {
    if (this.#handedOut?.has(key)) return this.#handedOut.get(key)
    const text = this.text(key)
    if (text === undefined) return undefined
    const value = decodeValue(text)
    if (typeof value === 'object' && value !== null) this.#handOut(key, value)
    return value
  }

  set(key: string, value: unknown, owner: string): void {
    const text = encodeValue(value, key, owner)
    this.#forget(key)
    if (this.#cleared || this.#before.get(key) !== text) {
      this.#set ??= new Map()
      this.#set.set(key, text)
    }
    if (typeof value === 'object' && value !== null) this.#handOut(key, value)
  }

  has(key: string): boolean {
    return this.text(key) !== undefined
  }

  delete(key: string): boolean {
    const there = this.has(key)
    this.#forget(key)
    if (!this.#cleared && this.#before.has(key)) {
      this.#deleted ??= new Set()
      this.#deleted.add(key)
    }
    return there
  }

  clear(): void {
    this.#set = this.#deleted = this.#added = this.#appended = this.#handedOut = null
    this.#cleared = true
  }

  increment(key: string, by: number, owner: string): void {
    const text = this.text(key)
    if (!Number.isFinite(by) || (text !== undefined && !Number.isFinite(Number(text)))) {
      throw badSessionValue(key, 'a sum with something that is no number', owner)
    }
    // Set in this request: nobody else's sum to add to.
    if (this.#set?.has(key) || this.#deleted?.has(key) || this.#cleared || this.#appended?.has(key)) {
      this.set(key, Number(text ?? 0) + by, owner)
      return
    }
    this.#added ??= new Map()
    this.#added.set(key, (this.#added.get(key) ?? 0) + by)
  }

  append(key: string, value: unknown, max: number, unique: boolean, owner: string): void {
    const item = encodeValue(value, key, owner)
    const text = this.text(key)
    if (text !== undefined && !text.startsWith('['))
      throw badSessionValue(key, 'an item at the end of something that is no list', owner)
    this.#settleNested(key, owner)
    const held = this.#handedOut?.get(key)
    const whole: SessionAppend = { values: [item], max, unique }
    if (this.#set?.has(key) || this.#deleted?.has(key) || this.#cleared || this.#added?.has(key)) {
      const list = appended(this.text(key), whole)
      this.#forget(key)
      this.#set ??= new Map()
      this.#set.set(key, list)
    } else {
      const earlier = this.#appended?.get(key)
      // The trail's usual case: the same page again changes nothing, and stores nothing.
      if (earlier === undefined && text !== undefined && appended(text, whole) === text) return
      this.#appended ??= new Map()
      this.#appended.set(key, { values: [...(earlier?.values ?? []), item], max, unique })
    }
    // Whoever holds the list goes on with it, and finds the item at its end.
    if (!Array.isArray(held)) return
    const others = unique ? held.filter((each) => encodeValue(each, key, owner) !== item) : [...held]
    others.push(value)
    held.splice(0, held.length, ...(max > 0 ? others.slice(-max) : others))
    this.#handOut(key, held)
  }

  /** The value's text as this request sees it. */
  text(key: string): string | undefined {
    const set = this.#set?.get(key)
    if (set !== undefined) return set
    const before = this.#cleared || this.#deleted?.has(key) ? undefined : this.#before.get(key)
    const by = this.#added?.get(key)
    if (by !== undefined) return incremented(before, by)
    const append = this.#appended?.get(key)
    return append === undefined ? before : appended(before, append)
  }

  /** Keys in the order they came, those of the record first. */
  *keys(): Generator<string> {
    if (!this.#cleared) for (const key of this.#before.keys()) if (!this.#deleted?.has(key) || this.#set?.has(key)) yield key
    const known = (key: string): boolean => !this.#cleared && this.#before.has(key)
    for (const later of [this.#set, this.#added, this.#appended]) {
      if (later !== null) for (const key of later.keys()) if (!known(key)) yield key
    }
  }

  /**
   * What the store is to do, or null for nothing. A value that got something unstorable inside is left as it was; `state` is
   * told the TypeError.
   */
  change(state: { tell(event: 'error', reason: string, error: unknown): void }): PendingChange | null {
    if (this.#handedOut !== null) {
      for (const key of this.#handedOut.keys()) {
        try {
          this.#settleNested(key, '')
        } catch (error) {
          state.tell('error', 'a value was changed inside', error)
        }
      }
    }
    if (!this.#cleared && this.#set === null && this.#deleted === null && this.#added === null && this.#appended === null) {
      return null
    }
    if (!this.#cleared && !this.#set?.size && !this.#deleted?.size && !this.#added?.size && !this.#appended?.size) return null
    const change = new PendingChange()
    if (this.#set !== null) change.set = this.#set
    if (this.#deleted !== null) change.delete = this.#deleted
    if (this.#added !== null) change.increment = this.#added
    if (this.#appended !== null) change.append = this.#appended
    if (this.#cleared) change.clear = true
    return change
  }

  /** The store has taken this key on its own (`update`): no operation of this request is left for it. */
  settled(key: string, text: string | undefined): void {
    this.#forget(key)
    const before = new Map(this.#before)
    if (text === undefined) before.delete(key)
    else before.set(key, text)
    this.#before = before
  }

  #settleNested(key: string, owner: string): void {
    const value = this.#handedOut?.get(key)
    if (value === undefined) return
    const text = encodeValue(value, key, owner)
    if (text === this.text(key)) return
    this.#forget(key)
    if (!this.#cleared && this.#before.get(key) === text) return
    this.#set ??= new Map()
    this.#set.set(key, text)
  }

  #forget(key: string): void {
    this.#set?.delete(key)
    this.#deleted?.delete(key)
    this.#added?.delete(key)
    this.#appended?.delete(key)
    this.#handedOut?.delete(key)
  }

  #handOut(key: string, value: object): void {
    this.#handedOut ??= new Map()
    this.#handedOut.set(key, value)
  }
}
