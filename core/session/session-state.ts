import { inspect } from 'node:util'
import { sessionNotOpen, sessionOver, sessionServiceKey, sessionStoreDown, sessionTooLarge } from '../api/errors.ts'
import type {
  CarriedSessionStore,
  Session,
  SessionRecord,
  SessionRequest,
  SessionStore,
  SessionUser,
  Soon,
} from '../api/session.ts'
import { ChangeLog } from './change-log.ts'
import { inTime } from './in-time.ts'
import { flashPrefix, serviceKeys } from './reserved-keys.ts'
import { isSafe } from './safe-method.ts'
import type { SessionEventName } from './session-events.ts'
import type { SessionHome } from './session-home.ts'
import type { SessionSettings } from './session-settings.ts'
import { publicHandle } from './token.ts'
import type { Token } from './token.ts'
import { encodeValue } from './values.ts'

/** For all that need not wait. */
const opened = Promise.resolve()

/**
 * The session of one request, without its dict's clothes. It is read from the store when somebody looks, and remembers that
 * somebody did: that decides about `Vary`, about the first cookie, and about everything the store is asked.
 */
export class SessionState {
  readonly home: SessionHome
  /** Replaced when code with wishes shortens the session's life. */
  settings: SessionSettings
  readonly store: SessionStore
  readonly request: SessionRequest
  /** The same store, when the visitor carries the record in the cookie. */
  readonly carried: CarriedSessionStore | null
  /** Genuine cookies of ours that are young enough, in the order sent; usually none or one. */
  readonly tokens: readonly Token[]
  /** The one this session is: the first, until a read shows that another has the record. */
  token: Token | null
  /** How many values the browser sent under our name, genuine or not; more than one means that a stale cookie is about. */
  readonly brought: number
  /** Somebody asked for a value, or for `isNew`. */
  looked = false
  /** The reply depends on the visitor, though nobody asked the dict. */
  noted = false
  loaded: boolean
  record: SessionRecord | null = null
  /** The id was renewed some seconds ago by another request: not a logout, and nothing to write to. */
  moved = false
  /** The store could not be read: an empty session that keeps nothing. */
  degraded = false
  destroyWanted = false
  /** The id this session gets with the reply, when it gets another one. */
  nextId = ''
  renewWanted = false
  /** Messages that this request left for a later page. */
  flashed = 0
  /** Its token was given out by a link or a form, or came so. */
  travels = false
  /** Who `signIn` or `signOut` made the visitor; undefined: whoever the request says. */
  visitor: SessionUser | undefined = undefined
  /** The visitor's session in the wiki, when this is one of its own below a path. */
  beside: Session | null = null
  /** Set when the reply is finished. */
  over = false
  /** For messages: `macro Visits`. '' when nobody said. */
  owner = ''
  #log: ChangeLog | null = null
  #transient: Map<string, unknown> | null = null
  #opening: Promise<void> | null = null
  #loading: Promise<void> | null = null

  constructor(
    home: SessionHome,
    settings: SessionSettings,
    store: SessionStore,
    carried: CarriedSessionStore | null,
    request: SessionRequest,
    tokens: readonly Token[],
    brought: number,
  ) {
    this.home = home
    this.settings = settings
    this.store = store
    this.carried = carried
    this.request = request
    this.tokens = tokens
    this.token = tokens.length === 0 ? null : (tokens[0] as Token)
    this.brought = brought
    this.loaded = tokens.length === 0
  }

  get isNew(): boolean {
    this.looked = true
    return this.token === null
  }

  get key(): string {
    this.look()
    if (this.record === null) return ''
    return this.nextId === '' ? this.record.handle : publicHandle(this.nextId)
  }

  get(key: string): unknown {
    const log = this.look()
    return this.#transient?.has(key) ? this.#transient.get(key) : log.get(key)
  }

  has(key: string): boolean {
    const log = this.look()
    return this.#transient?.has(key) || log.has(key)
  }

  set(key: string, value: unknown): void {
    const log = this.writable(key)
    if (this.carried !== null) this.#mustFit(key, value, log, this.carried.room)
    log.set(key, value, this.owner)
  }

  /** Refused here, where the stack shows who did it; the rest of the session stays as it is. */
  #mustFit(key: string, value: unknown, log: ChangeLog, room: number): void {
    let size = key.length + encodeValue(value, key, this.owner).length
    for (const each of log.keys()) if (each !== key) size += each.length + (log.text(each)?.length ?? 0)
    if (size > room) throw sessionTooLarge(key, size, room)
  }

  delete(key: string): boolean {
    return this.writable(key).delete(key)
  }

  clear(): void {
    this.writable('').clear()
  }

  increment(key: string, by: number): void {
    this.writable(key).increment(key, by, this.owner)
  }

  append(key: string, value: unknown, max: number, unique: boolean): void {
    this.writable(key).append(key, value, max, unique, this.owner)
  }

  keys(): string[] {
    const found: string[] = []
    for (const key of this.look().keys()) if (!key.startsWith(flashPrefix)) found.push(key)
    return found
  }

  get transient(): Map<string, unknown> {
    this.#transient ??= new Map()
    return this.#transient
  }

  renew(): void {
    this.writable('')
    this.renewWanted = true
    this.nextId = this.home.ids.next()
  }

  destroy(): void {
    this.writable('').clear()
    this.destroyWanted = true
  }

  /** Reads the record if nobody did; a store that answers later must have been opened. */
  look(): ChangeLog {
    this.looked = true
    if (!this.loaded) this.#loadNow()
    if (this.degraded && !isSafe(this.request.method)) throw sessionStoreDown(undefined)
    return this.log
  }

  get log(): ChangeLog {
    this.#log ??= new ChangeLog(this.record === null ? null : this.record.values)
    return this.#log
  }

  /** True when there may be changes; the log of a session nobody wrote to is not even made. */
  get hasLog(): boolean {
    return this.#log !== null
  }

  /**
   * Makes sure that the dict can be used. A store that answers at once is left alone until somebody looks, unless this is a
   * POST: that must learn before it begins that its session cannot be kept (503), and not half-way through.
   */
  open(): Promise<void> {
    if (this.store.readSync !== undefined && isSafe(this.request.method)) return opened
    this.#opening ??= this.#open()
    return this.#opening
  }

  async #open(): Promise<void> {
    await this.load()
    if (this.degraded && !isSafe(this.request.method)) throw sessionStoreDown(undefined)
  }

  /** Reads the record if nobody did, without counting as a look; never fails: an ill store leaves `degraded`. */
  load(): Soon<void> {
    if (this.loaded) return
    if (this.store.readSync !== undefined) return this.#loadNow()
    this.#loading ??= this.#loadLater()
    return this.#loading
  }

  #loadNow(): void {
    const { store } = this
    if (store.readSync === undefined) throw sessionNotOpen(this.owner)
    try {
      for (const token of this.tokens) {
        this.home.events.counters.loads++
        if (this.#adopt(token, store.readSync(token.key))) break
      }
    } catch (error) {
      this.#failed(error)
    }
    this.loaded = true
  }

  async #loadLater(): Promise<void> {
    const { counters } = this.home.events
    const start = performance.now()
    try {
      for (const token of this.tokens) {
        counters.loads++
        if (this.#adopt(token, await inTime(this.home, this.store, 'read', this.store.read(token.key)))) break
      }
    } catch (error) {
      this.#failed(error)
    }
    counters.waited += performance.now() - start
    this.loaded = true
  }

  /** True when this is the record of the session. */
  #adopt(token: Token, record: SessionRecord | null): boolean {
    if (record === null || record.realm !== this.settings.realm) return false
    if (record.expires <= this.home.clock.now()) {
      this.token = token
      this.tell('expire', 'its time is over')
      this.token = this.tokens[0] as Token
      return false
    }
    if (record.moved === true) {
      this.moved = true
      return false
    }
    this.token = token
    this.record = record
    this.moved = false
    if (this.home.events.wants('load')) this.tell('load', '')
    return true
  }

  #failed(error: unknown): void {
    this.degraded = true
    this.tell('error', 'read', error)
  }

  /** The log, for somebody who wants to change `key`. */
  writable(key: string): ChangeLog {
    if (this.over) throw sessionOver()
    if (serviceKeys.has(key)) throw sessionServiceKey(key)
    return this.look()
  }

  /** Changes are dropped because the session they were meant for is not there any more. */
  discard(reason = 'the session ended meanwhile'): void {
    this.home.events.counters.discards++
    this.tell('discard', reason)
  }

  /** One line for whoever listens. */
  tell(event: SessionEventName, reason: string, error?: unknown): void {
    const { events } = this.home
    if (event === 'error') events.counters.errors++
    if (!events.wants(event)) return
    events.emit({
      event,
      key: this.record?.handle ?? (this.token === null ? '' : publicHandle(this.token.id)),
      user: this.record?.user ?? '',
      realm: this.settings.realm,
      request: this.request.id ?? '',
      reason: error === undefined ? reason : `${reason}: ${error instanceof Error ? error.message : String(error)}`,
      ...(error === undefined ? {} : { error }),
    })
  }

  /** What a log or a debugger prints: the dict, never the id. */
  [inspect.custom](): unknown {
    if (!this.loaded) return 'Session (not loaded)'
    const shown: Record<string, unknown> = Object.create(null)
    for (const key of this.log.keys()) shown[key] = this.log.get(key)
    return shown
  }
}
