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
      // A store that reads at once may still write later; then the old record serves this once.
      return moved instanceof Promise ? readOld.call(from, key) : moved
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
   * Moves one record. The old store's rename is the claim: only one process gets it, and a session that was destroyed at the
   * same moment cannot be claimed. The name claimed under is known to `destroy`, which may come in between.
   */
  takeOver(key: string): Soon<SessionRecord | null> {
    const claimed = claimOf(key)
    return after(this.#from.rename(key, claimed, noChange), (renamed) => {
      if (renamed === 'gone') return null
      return after(this.#from.read(claimed), (record) => {
        if (record === null) return null
        return after(this.#to.create(key, record), () =>
          after(this.#from.read(claimed), (still) => {
            if (still === null) return after(this.#to.destroy(key), () => null)
            return after(this.#from.destroy(claimed), () => record)
          }),
        )
      })
    })
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

const claimOf = (key: string): string => storeKey(`taken over ${key}`)
