import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { sessionTooLarge } from '../../api/errors.ts'
import type { CarriedSessionStore, SessionChange, SessionInfo, SessionRecord, SessionStore, Soon } from '../../api/session.ts'
import { systemClock } from '../../base/clock.ts'
import type { Clock } from '../../base/clock.ts'
import { applyChange } from '../apply-change.ts'
import { recordFromJson, recordToJson, tombstoneOf } from '../session-record.ts'
import { MemoryStore } from './memory.ts'

/** What a `CookieStore` can be told. */
export interface CookieStoreOptions {
  readonly clock?: Clock
  /**
   * Remembers sessions that were ended before their time, since a copy of a cookie cannot be taken away: a store that answers
   * at once. Default: this process's memory; give a `FileStore` when there are several processes or restarts matter.
   */
  readonly revoked?: SessionStore & Required<Pick<SessionStore, 'readSync'>>
}

/** Characters a cookie's value may take: 4096 is the browsers' limit, with its name. */
const largestValue = 3800
const tokenLength = 90

/**
 * No store at all: each visitor carries the record in the cookie, encrypted (AES-256-GCM) under a key of the realm. For small
 * things; of two requests at once the later answer wins, and nobody can list sessions. Signing in needs `user.epoch`.
 */
export class CookieStore implements SessionStore {
  readonly #clock: Clock
  readonly #revoked: SessionStore & Required<Pick<SessionStore, 'readSync'>>
  readonly #keys = new Map<string, readonly Buffer[]>()

  constructor(options: CookieStoreOptions = {}) {
    this.#clock = options.clock ?? systemClock
    this.#revoked = options.revoked ?? new MemoryStore(options)
  }

  carry(baggage: ReadonlyMap<string, string>, realm: string, secrets: readonly string[]): CarriedSessionStore {
    const name = JSON.stringify([realm, secrets])
    let keys = this.#keys.get(name)
    if (keys === undefined) {
      keys = secrets.map((secret) => createHmac('sha256', secret).update(`servus session data ${realm}`).digest())
      this.#keys.set(name, keys)
    }
    return new CarriedRecords(baggage, realm, keys, this.#clock, this.#revoked)
  }

  /** Without a request there is no cookie, hence no record. */
  read(): null {
    return null
  }

  create(): boolean {
    return false
  }

  merge(): 'gone' {
    return 'gone'
  }

  rename(): 'gone' {
    return 'gone'
  }

  /** Ends a session whose key is known: its cookie is worth nothing from now on. */
  async destroy(key: string): Promise<void> {
    const now = this.#clock.now()
    await this.#revoked.create(key, revocation(now, now + 400 * 86_400_000))
  }

  async *list(): AsyncGenerator<SessionInfo> {
    // Nobody but the visitors knows.
  }

  purge(now: number): Promise<number> {
    return this.#revoked.purge(now)
  }

  async close(): Promise<void> {
    await this.#revoked.close?.()
  }
}

class CarriedRecords implements CarriedSessionStore {
  readonly room = Math.floor(((largestValue - tokenLength) * 3) / 4) - 330
  readonly #baggage: ReadonlyMap<string, string>
  readonly #realm: string
  readonly #keys: readonly Buffer[]
  readonly #clock: Clock
  readonly #revoked: SessionStore & Required<Pick<SessionStore, 'readSync'>>
  readonly #records = new Map<string, SessionRecord | null>()
  readonly #sealed = new Map<string, string>()

  constructor(
    baggage: ReadonlyMap<string, string>,
    realm: string,
    keys: readonly Buffer[],
    clock: Clock,
    revoked: SessionStore & Required<Pick<SessionStore, 'readSync'>>,
  ) {
    this.#baggage = baggage
    this.#realm = realm
    this.#keys = keys
    this.#clock = clock
    this.#revoked = revoked
  }

  readSync(key: string): SessionRecord | null {
    let record = this.#records.get(key)
    if (record === undefined) {
      record = this.#open(key)
      this.#records.set(key, record)
    }
    return record !== null && record.expires > this.#clock.now() ? record : null
  }

  read(key: string): SessionRecord | null {
    return this.readSync(key)
  }

  create(key: string, record: SessionRecord): boolean {
    if (this.readSync(key) !== null) return false
    this.#put(key, record)
    return true
  }

  merge(key: string, change: SessionChange): 'ok' | 'gone' | 'changed' {
    const record = this.readSync(key)
    if (record === null) return 'gone'
    const changed = applyChange(record, change)
    if (changed === null) return 'changed'
    this.#put(key, changed)
    return 'ok'
  }

  rename(from: string, to: string, change: SessionChange): Soon<'ok' | 'gone'> {
    const record = this.readSync(from)
    const changed = record === null ? null : applyChange(record, change)
    if (changed === null) return 'gone'
    this.#put(to, changed)
    const ended = this.destroy(from)
    return ended instanceof Promise ? ended.then(() => 'ok') : 'ok'
  }

  destroy(key: string): Soon<void> {
    const record = this.readSync(key)
    this.#records.set(key, null)
    this.#sealed.delete(key)
    const now = this.#clock.now()
    const made = this.#revoked.create(key, revocation(now, record?.expires ?? now + 400 * 86_400_000))
    return made instanceof Promise ? made.then(() => undefined) : undefined
  }

  async *list(): AsyncGenerator<SessionInfo> {}

  async purge(): Promise<number> {
    return 0
  }

  baggageOf(key: string): string {
    return this.#sealed.get(key) ?? ''
  }

  #put(key: string, record: SessionRecord): void {
    const sealed = this.#seal(key, record)
    const size = sealed.length + tokenLength
    if (size > largestValue) throw sessionTooLarge([...record.values.keys()].pop() ?? '', size, largestValue)
    this.#records.set(key, record)
    this.#sealed.set(key, sealed)
  }

  #seal(key: string, record: SessionRecord): string {
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.#keys[0] as Buffer, iv)
    cipher.setAAD(Buffer.from(`${this.#realm} ${key}`))
    const { realm, ...rest } = recordToJson(record)
    const sealed = Buffer.concat([iv, cipher.update(JSON.stringify(rest), 'utf8'), cipher.final(), cipher.getAuthTag()])
    return sealed.toString('base64url')
  }

  #open(key: string): SessionRecord | null {
    const text = this.#baggage.get(key)
    if (text === undefined || text.length > 2 * largestValue) return null
    if (this.#revoked.readSync(key) !== null) return null
    const sealed = Buffer.from(text, 'base64url')
    if (sealed.length < 30) return null
    for (const secret of this.#keys) {
      try {
        const cipher = createDecipheriv('aes-256-gcm', secret, sealed.subarray(0, 12), { authTagLength: 16 })
        cipher.setAAD(Buffer.from(`${this.#realm} ${key}`))
        cipher.setAuthTag(sealed.subarray(-16))
        const json = cipher.update(sealed.subarray(12, -16), undefined, 'utf8') + cipher.final('utf8')
        return recordFromJson({ ...(JSON.parse(json) as object), realm: this.#realm })
      } catch {
        // Another key sealed it, or somebody changed it: the next one tells.
      }
    }
    return null
  }
}

function revocation(now: number, expires: number): SessionRecord {
  const empty: SessionRecord = {
    kind: 'anonymous',
    user: '',
    realm: '',
    handle: '',
    created: now,
    lastSeen: now,
    expires,
    device: '',
    address: '',
    values: new Map(),
  }
  return { ...tombstoneOf(empty, now), expires }
}
