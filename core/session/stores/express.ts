import type { SessionChange, SessionInfo, SessionRecord, SessionStore } from '../../api/session.ts'
import { systemClock } from '../../base/clock.ts'
import type { Clock } from '../../base/clock.ts'
import { applyChange } from '../apply-change.ts'
import { infoOf, matches, recordFromJson, recordToJson, tombstoneOf } from '../session-record.ts'

/** What any store of express-session offers. */
export interface ExpressStore {
  get(sid: string, done: (error: unknown, session?: unknown) => void): void
  set(sid: string, session: never, done?: (error?: unknown) => void): void
  destroy(sid: string, done?: (error?: unknown) => void): void
  all?(done: (error: unknown, sessions?: unknown) => void): void
}

/**
 * Any store written for express-session. Those stores can only replace whole sessions, so merging happens here, one request
 * after the other within this process; two processes on one such store may still lose each other's changes.
 */
export function fromExpressStore(store: ExpressStore, options: { readonly clock?: Clock } = {}): SessionStore {
  return new BridgedStore(store, options.clock ?? systemClock)
}

class BridgedStore implements SessionStore {
  readonly #store: ExpressStore
  readonly #clock: Clock
  readonly #queues = new Map<string, Promise<unknown>>()

  constructor(store: ExpressStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  async read(key: string): Promise<SessionRecord | null> {
    const found = await new Promise<unknown>((resolve, reject) => {
      this.#store.get(key, (error, session) => (error && !isMissing(error) ? reject(asError(error)) : resolve(session)))
    })
    const record = recordIn(found)
    return record !== null && record.expires > this.#clock.now() ? record : null
  }

  create(key: string, record: SessionRecord): Promise<boolean> {
    return this.#oneByOne(key, async () => {
      if ((await this.read(key)) !== null) return false
      await this.#write(key, record)
      return true
    })
  }

  merge(key: string, change: SessionChange): Promise<'ok' | 'gone' | 'changed'> {
    return this.#oneByOne(key, async () => {
      const record = await this.read(key)
      if (record === null || record.moved === true) return 'gone'
      const changed = applyChange(record, change)
      if (changed === null) return 'changed'
      await this.#write(key, changed)
      return 'ok'
    })
  }

  rename(from: string, to: string, change: SessionChange): Promise<'ok' | 'gone'> {
    return this.#oneByOne(from, async () => {
      const record = await this.read(from)
      if (record === null || record.moved === true) return 'gone'
      const changed = applyChange(record, change)
      if (changed === null) return 'gone'
      await this.#write(from, tombstoneOf(record, this.#clock.now()))
      await this.#write(to, changed)
      return 'ok'
    })
  }

  destroy(key: string): Promise<void> {
    return this.#oneByOne(key, () => settled((done) => this.#store.destroy(key, done)))
  }

  /** Empty where the store cannot list. */
  async *list(filter: { user?: string; realm?: string } = {}): AsyncGenerator<SessionInfo> {
    for (const [key, session] of await this.#all()) {
      const record = recordIn(session)
      if (record !== null && record.expires > this.#clock.now() && matches(record, filter)) yield infoOf(key, record)
    }
  }

  async purge(now: number): Promise<number> {
    let removed = 0
    for (const [key, session] of await this.#all()) {
      const record = recordIn(session)
      if (record === null || record.expires > now) continue
      await this.destroy(key)
      removed++
    }
    return removed
  }

  async #all(): Promise<readonly (readonly [string, unknown])[]> {
    const { all } = this.#store
    if (all === undefined) return []
    const sessions = await new Promise<unknown>((resolve, reject) => {
      all.call(this.#store, (error, found) => (error ? reject(asError(error)) : resolve(found)))
    })
    if (Array.isArray(sessions)) return sessions.map((each) => [keyIn(each), each] as const)
    return typeof sessions === 'object' && sessions !== null ? Object.entries(sessions) : []
  }

  #write(key: string, record: SessionRecord): Promise<void> {
    const life = record.expires - this.#clock.now()
    // The cookie is what such stores take the end of a session from.
    const session = {
      cookie: { originalMaxAge: life, maxAge: life, expires: new Date(record.expires), httpOnly: true, path: '/' },
      servus: { key, ...recordToJson(record) },
    }
    return settled((done) => this.#store.set(key, session as never, done))
  }

  #oneByOne<R>(key: string, work: () => Promise<R>): Promise<R> {
    const turn = (this.#queues.get(key) ?? Promise.resolve()).then(work, work)
    const end = turn.then(
      () => undefined,
      () => undefined,
    )
    this.#queues.set(key, end)
    void end.then(() => {
      if (this.#queues.get(key) === end) this.#queues.delete(key)
    })
    return turn
  }
}

function settled(work: (done: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => work((error) => (error ? reject(asError(error)) : resolve())))
}

const inside = (session: unknown): unknown =>
  typeof session === 'object' && session !== null && 'servus' in session ? session.servus : null
const recordIn = (session: unknown): SessionRecord | null => recordFromJson(inside(session))

function keyIn(session: unknown): string {
  const json = inside(session)
  return typeof json === 'object' && json !== null && 'key' in json ? String(json.key) : ''
}

/** Some file stores answer a missing session by an error. */
const isMissing = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT'
const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
