import type { SessionChange, SessionInfo, SessionRecord, SessionStore, Soon } from '../../api/session.ts'
import { after } from '../../base/soon.ts'
import { noChange } from '../apply-change.ts'
import { storeKey } from '../token.ts'

/**
 * Changes the store without logging anybody out: reads the new one, else takes the session over from the old one, and
 * writes only to the new. After the longest lifetime the old store is empty and can be left out of the configuration.
 *
 * ```ts
 * new StoreSessionService(migrating(new FileStore('/data/sessions'), new RedisStore()))
 * ```
 */
export function migrating(from: SessionStore, to: SessionStore): SessionStore {
  const { readSync: readOld } = from
  const { readSync: readNew } = to
  const store = new MigratingStore(from, to)
  if (readOld === undefined || readNew === undefined) return store
  return Object.assign(store, {
    readSync: (key: string): SessionRecord | null => {
      const record = readNew.call(to, key)
      if (record !== null) return record
      const moved = store.takeOver(key)
      if (!(moved instanceof Promise)) return moved
      // A store that reads at once may still write later; then the old record serves this once. What goes wrong there goes
      // wrong again when the session is next looked for, and is told then.
      moved.catch(() => undefined)
      return readOld.call(from, key)
    },
  })
}

class MigratingStore implements SessionStore {
  readonly #from: SessionStore
  readonly #to: SessionStore

  constructor(from: SessionStore, to: SessionStore) {
    this.#from = from
    this.#to = to
  }

  async read(key: string): Promise<SessionRecord | null> {
    return (await this.#to.read(key)) ?? (await this.takeOver(key))
  }

  /**
   * Moves one record. The old store's rename is the claim: only one request gets it, and a session that was destroyed at the
   * same moment cannot be claimed. The name claimed under is known to `destroy`, which may come in between.
   */
  takeOver(key: string): Soon<SessionRecord | null> {
    return after(this.#from.rename(key, claimOf(key), noChange), (renamed) =>
      renamed === 'ok' ? this.#move(key) : this.#movedByAnother(key),
    )
  }

  #move(key: string): Soon<SessionRecord | null> {
    const claimed = claimOf(key)
    return after(this.#from.read(claimed), (record) => {
      if (record === null) return this.#to.read(key)
      return after(this.#to.create(key, record), (made) => {
        if (!made) return this.#to.read(key)
        // Whoever made it is the one to undo it, should it have been destroyed meanwhile.
        return after(this.#from.read(claimed), (still) => {
          if (still === null) return after(this.#to.destroy(key), () => null)
          return after(this.#from.destroy(claimed), () => record)
        })
      })
    })
  }

  /** A page and its parts come at once, with one cookie: only one of them moves the session, and it is there for all. */
  #movedByAnother(key: string): Soon<SessionRecord | null> {
    return after(this.#from.read(claimOf(key)), (underWay) => (underWay === null ? this.#to.read(key) : this.#arrival(key)))
  }

  async #arrival(key: string): Promise<SessionRecord | null> {
    for (let wait = 1; wait < longestMove; wait *= 2) {
      await new Promise<void>((resolve) => setTimeout(resolve, wait))
      const underWay = await this.#from.read(claimOf(key))
      const record = await this.#to.read(key)
      if (record !== null || underWay === null) return record
    }
    // Whoever began it has died.
    return await this.#move(key)
  }

  create(key: string, record: SessionRecord): Soon<boolean> {
    return this.#to.create(key, record)
  }

  merge(key: string, change: SessionChange): Soon<'ok' | 'gone' | 'changed'> {
    return after(this.#to.merge(key, change), (done) => {
      if (done !== 'gone') return done
      return after(this.takeOver(key), (record) => (record === null ? 'gone' : this.#to.merge(key, change)))
    })
  }

  rename(from: string, to: string, change: SessionChange): Soon<'ok' | 'gone'> {
    return after(this.#to.rename(from, to, change), (done) => {
      if (done !== 'gone') return done
      return after(this.takeOver(from), (record) => (record === null ? 'gone' : this.#to.rename(from, to, change)))
    })
  }

  destroy(key: string): Soon<void> {
    return after(this.#from.destroy(key), () => after(this.#from.destroy(claimOf(key)), () => this.#to.destroy(key)))
  }

  async *list(filter?: { user?: string; realm?: string }): AsyncGenerator<SessionInfo> {
    const seen = new Set<string>()
    for (const store of [this.#to, this.#from]) {
      for await (const info of store.list(filter)) {
        if (!seen.has(info.id)) yield info
        seen.add(info.id)
      }
    }
  }

  async purge(now: number): Promise<number> {
    return (await this.#from.purge(now)) + (await this.#to.purge(now))
  }

  async close(): Promise<void> {
    await this.#from.close?.()
    await this.#to.close?.()
  }
}

/** Of the waits, each twice the one before: a quarter of a second in all. Milliseconds. */
const longestMove = 200

const claimOf = (key: string): string => storeKey(`taken over ${key}`)
