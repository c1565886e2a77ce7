import type { SessionChange, SessionInfo, SessionRecord, SessionStore } from 'servus'
import { applyChange } from 'servus/session'

/** Keeps sessions in a Map. Put your own in its place: everything else may stay as it is. */
export class NAME implements SessionStore {
  readonly #records = new Map<string, SessionRecord>()
  readonly #now: () => number

  constructor(options: { now?: () => number } = {}) {
    this.#now = options.now ?? Date.now
  }

  async read(key: string): Promise<SessionRecord | null> {
    return this.#live(key)
  }

  async create(key: string, record: SessionRecord): Promise<boolean> {
    if (this.#live(key) !== null) return false
    this.#records.set(key, record)
    return true
  }

  async merge(key: string, change: SessionChange): Promise<'ok' | 'gone' | 'changed'> {
    // Nothing may be awaited between here and the write, or another request's change would be lost.
    const record = this.#live(key)
    if (record === null || record.moved === true) return 'gone'
    const changed = applyChange(record, change)
    if (changed === null) return 'changed'
    this.#records.set(key, changed)
    return 'ok'
  }

  async rename(from: string, to: string, change: SessionChange): Promise<'ok' | 'gone'> {
    const record = this.#live(from)
    const changed = record === null || record.moved === true ? null : applyChange(record, change)
    if (record === null || changed === null) return 'gone'
    this.#records.set(to, changed)
    // Requests that are on their way with the old id must not look like a log-out.
    const moved = { ...record, kind: 'anonymous', user: '', handle: '', device: '', address: '', moved: true } as const
    this.#records.set(from, { ...moved, expires: this.#now() + 10_000, values: new Map() })
    return 'ok'
  }

  async destroy(key: string): Promise<void> {
    this.#records.delete(key)
  }

  async *list({ user, realm }: { user?: string; realm?: string } = {}): AsyncGenerator<SessionInfo> {
    for (const [id, record] of this.#records) {
      if (record.moved === true || record.expires <= this.#now()) continue
      if ((user ?? record.user) !== record.user || (realm ?? record.realm) !== record.realm) continue
      const { values: _, moved: __, created, lastSeen, expires, ...rest } = record
      yield { id, ...rest, created: new Date(created), lastSeen: new Date(lastSeen), expires: new Date(expires) }
    }
  }

  async purge(now: number): Promise<number> {
    const over = [...this.#records].filter(([, { expires }]) => expires <= now)
    for (const [key] of over) this.#records.delete(key)
    return over.filter(([, { moved }]) => moved !== true).length
  }

  #live(key: string): SessionRecord | null {
    const record = this.#records.get(key)
    return record !== undefined && record.expires > this.#now() ? record : null
  }
}
