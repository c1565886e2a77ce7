import type { SessionChange, SessionInfo, SessionRecord, SessionStore } from '../../api/session.ts'
import { systemClock } from '../../base/clock.ts'
import type { Clock } from '../../base/clock.ts'
import { applyChange } from '../apply-change.ts'
import { infoOf, matches, tombstoneOf } from '../session-record.ts'

/** What a `MemoryStore` can be told. */
export interface MemoryStoreOptions {
  readonly clock?: Clock
  /** The most sessions kept; beyond it the anonymous one seen longest ago goes first. Default 1,000,000. */
  readonly most?: number
}

const sliceSize = 2000

/** Keeps sessions in this process: the fastest store, empty after a restart, and one process's own. */
export class MemoryStore implements SessionStore {
  readonly instant = true
  // Two maps, each in the order of last use: a flood of visitors must not push out those who are signed in.
  #anonymous = new Map<string, SessionRecord>()
  #users = new Map<string, SessionRecord>()
  // What renewed ids leave behind for some seconds: apart, so that they push nobody out.
  #moved = new Map<string, SessionRecord>()
  #clock: Clock
  #most: number

  constructor(options: MemoryStoreOptions = {}) {
    this.#clock = options.clock ?? systemClock
    this.#most = options.most ?? 1_000_000
  }

  /** How many records are held, expired ones that nobody met included. */
  get size(): number {
    return this.#anonymous.size + this.#users.size + this.#moved.size
  }

  readSync(key: string): SessionRecord | null {
    const record = this.#anonymous.get(key) ?? this.#users.get(key) ?? this.#moved.get(key)
    if (record === undefined) return null
    if (record.expires > this.#clock.now()) return record
    this.destroy(key)
    return null
  }

  read(key: string): SessionRecord | null {
    return this.readSync(key)
  }

  create(key: string, record: SessionRecord): boolean {
    if (this.readSync(key) !== null) return false
    this.#put(key, record)
    if (this.size > this.#most) this.#evict()
    return true
  }

  merge(key: string, change: SessionChange): 'ok' | 'gone' | 'changed' {
    const record = this.readSync(key)
    if (record === null || record.moved === true) return 'gone'
    const changed = applyChange(record, change)
    if (changed === null) return 'changed'
    if (isUsers(record) !== isUsers(changed)) this.destroy(key)
    const map = isUsers(changed) ? this.#users : this.#anonymous
    // A Map keeps the place of a key that is set again; only a touch moves it to the end, and a touch is rare.
    if (change.lastSeen !== undefined && change.lastSeen - record.lastSeen > 30_000) map.delete(key)
    map.set(key, changed)
    return 'ok'
  }

  rename(from: string, to: string, change: SessionChange): 'ok' | 'gone' {
    const record = this.readSync(from)
    if (record === null || record.moved === true) return 'gone'
    const changed = applyChange(record, change)
    if (changed === null) return 'gone'
    this.destroy(from)
    this.#dropOldMarks()
    this.#moved.set(from, tombstoneOf(record, this.#clock.now()))
    this.#put(to, changed)
    if (this.size > this.#most) this.#evict()
    return 'ok'
  }

  destroy(key: string): void {
    if (!this.#anonymous.delete(key) && !this.#users.delete(key)) this.#moved.delete(key)
  }

  async *list(filter: { user?: string; realm?: string } = {}): AsyncGenerator<SessionInfo> {
    for (const map of [this.#users, this.#anonymous]) {
      for (const [key, record] of map) {
        if (record.expires > this.#clock.now() && matches(record, filter)) yield infoOf(key, record)
      }
    }
  }

  async purge(now: number): Promise<number> {
    let removed = 0
    let looked = 0
    for (const map of [this.#moved, this.#anonymous, this.#users]) {
      // A Map's iterator goes on where it was, whatever came and went between the slices.
      for (const [key, record] of map) {
        if (record.expires <= now) {
          map.delete(key)
          if (record.moved !== true) removed++
        }
        if (++looked % sliceSize === 0) await new Promise<void>((resolve) => setImmediate(resolve))
      }
    }
    return removed
  }

  async close(): Promise<void> {
    this.#anonymous.clear()
    this.#users.clear()
    this.#moved.clear()
  }

  #put(key: string, record: SessionRecord): void {
    if (isUsers(record)) this.#users.set(key, record)
    else this.#anonymous.set(key, record)
  }

  /** Marks all live equally long, so the old ones come first; nobody may ask for them before the next purge. */
  #dropOldMarks(): void {
    const now = this.#clock.now()
    for (const [key, { expires }] of this.#moved) {
      if (expires > now) return
      this.#moved.delete(key)
    }
  }

  #evict(): void {
    for (const map of [this.#moved, this.#anonymous, this.#users]) {
      for (const key of map.keys()) {
        map.delete(key)
        return
      }
    }
  }
}

const isUsers = (record: SessionRecord): boolean => record.user !== ''
