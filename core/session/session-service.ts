import type {
  Session,
  SessionConfig,
  SessionInfo,
  SessionRequest,
  SessionService,
  SessionStore,
  SessionWishes,
  Lifetime,
  Soon,
} from '../api/session.ts'
import type { Reply } from '../api/reply.ts'
import { sessionOption } from '../api/errors.ts'
import { systemClock } from '../base/clock.ts'
import type { Clock } from '../base/clock.ts'
import { RandomIds } from '../base/random-id.ts'
import { parseTimespan } from '../base/timespan.ts'
import { endRequest } from './finalize.ts'
import type { EndingRules } from './ending.ts'
import { inTime } from './in-time.ts'
import { dressAsDict, stateOf } from './session-dict.ts'
import { SessionEvents } from './session-events.ts'
import type { SessionCounters, SessionEvent, SessionEventName } from './session-events.ts'
import { SettingsShelf } from './session-settings.ts'
import type { SessionSettings } from './session-settings.ts'
import { SessionState } from './session-state.ts'
import type { SessionHome } from './session-home.ts'
import { kindOfToken } from './ending-parts.ts'
import type { Token } from './token.ts'

/** What is not a wiki's to decide but the service's. All of it may be left out. */
export interface SessionServiceOptions {
  readonly clock?: Clock
  /** A lid on a session's whole life, however busy: hours or a timespan, for all kinds or for each. Left out: no lid. */
  readonly absoluteLifetime?: Lifetime | Partial<Readonly<Record<'anonymous' | 'user' | 'remembered', Lifetime>>>
  /** True: the cookie ends with the browser, though the server keeps the session for its lifetime. */
  readonly browserSession?: boolean
  /** Anonymous visitors whose User-Agent matches get no session at all; null: everybody does. */
  readonly robots?: RegExp | null
  /** Milliseconds a store that answers later may take before it counts as ill. Default 1000. */
  readonly ioTimeout?: number
}

/** A Cubot is a telephone. */
const usualRobots = /(?<!cu)bot\b|crawler|spider|slurp/i

/**
 * The default session service, over any store. One instance may serve many wikis: every setting is read from
 * `request.config`, every call.
 *
 * ```ts
 * sessionService: new StoreSessionService(new MyStore())
 * ```
 */
export class StoreSessionService implements SessionService {
  readonly #storeOf: (config: SessionConfig) => SessionStore
  readonly #stores = new Set<SessionStore>()
  #lastStore: SessionStore | null = null
  readonly #shelf = new SettingsShelf()
  readonly #home: SessionHome
  readonly #rules: EndingRules

  /** `store`: a store for all wikis, or a function that answers the same store whenever it is asked about the same place. */
  constructor(store: SessionStore | ((config: SessionConfig) => SessionStore), options: SessionServiceOptions = {}) {
    this.#storeOf = typeof store === 'function' ? store : () => store
    if (typeof store !== 'function') this.#stores.add(store)
    this.#home = {
      clock: options.clock ?? systemClock,
      ids: new RandomIds(),
      events: new SessionEvents(),
      ioTimeout: options.ioTimeout ?? 1000,
      toldOfHttp: new Set(),
    }
    const robots = options.robots === undefined ? usualRobots : options.robots
    this.#rules = {
      absolute: absoluteOf(options.absoluteLifetime),
      browserSession: options.browserSession === true,
      isRobot: (userAgent) => robots !== null && userAgent !== undefined && robots.test(userAgent),
    }
  }

  getSession(request: SessionRequest, wishes?: SessionWishes): Session {
    const settings = this.#shelf.settingsFor(request.config, request.secure, wishes)
    const store = this.storeFor(request.config)
    const values = request.cookieValues(settings.cookieName)
    if (store.carry !== undefined) return this.#carriedSession(store.carry.bind(store), values, settings, request)
    const tokens = values.length === 0 ? noTokens : this.#genuine(values, settings, request)
    const state = new SessionState(this.#home, settings, store, null, request, tokens, values.length)
    return dressAsDict(settings.transports === null ? state : this.#byOtherWays(state))
  }

  finalize(request: SessionRequest, session: Session, reply: Reply): Soon<void> {
    const state = stateOf(session)
    if (state === null) throw new TypeError('finalize needs the session that getSession of this service answered')
    return endRequest(state, state.visitor ?? request.user, reply, this.#rules)
  }

  async destroySession(id: string): Promise<void> {
    this.#home.events.counters.destroys++
    for (const store of this.#stores) await inTime(this.#home, store, 'destroy', store.destroy(id))
    this.#tell('destroy', 'ended from outside')
  }

  async *allSessionIds(config?: SessionConfig): AsyncGenerator<string> {
    for await (const info of this.#list({}, config)) yield info.id
  }

  sessionsOf(userId: string, config?: SessionConfig): AsyncIterable<SessionInfo> {
    return this.#list({ user: userId }, config)
  }

  /** Every session there is, for an admin's list; with a config only that wiki's. */
  sessions(config?: SessionConfig): AsyncIterable<SessionInfo> {
    return this.#list({}, config)
  }

  async *#list(filter: { user?: string }, config?: SessionConfig): AsyncGenerator<SessionInfo> {
    // The realm is the same for http and https: it has no prefix in it.
    const realm = config === undefined ? null : this.#shelf.settingsFor(config, false, noWishes).realm
    const stores = config === undefined ? this.#stores : [this.storeFor(config)]
    for (const store of stores) {
      for await (const info of store.list(filter)) {
        if (realm === null || info.realm === realm || info.realm.startsWith(`${realm};`)) yield info
      }
    }
  }

  /** Checks the options and makes the store known, so that lists and purges reach it before the first visitor comes. */
  prepare(config: SessionConfig): Soon<void> {
    this.#shelf.settingsFor(config, config.cookieSecure ?? true)
    if (config.cookieSameSite !== 'none') this.#shelf.settingsFor(config, false)
    this.storeFor(config)
  }

  async purge(now: number = this.#home.clock.now()): Promise<number> {
    let removed = 0
    for (const store of this.#stores) removed += await store.purge(now)
    return removed
  }

  async close(): Promise<void> {
    for (const store of this.#stores) await store.close?.()
  }

  /** Tells what happens to sessions; `'*'` is everything. Returns what ends the telling. */
  on(name: SessionEventName | '*', listener: (event: SessionEvent) => void): () => void {
    return this.#home.events.on(name, listener)
  }

  /** Sums since the start. */
  get counters(): Readonly<SessionCounters> {
    return this.#home.events.counters
  }

  /** The store that keeps the sessions of a wiki. */
  protected storeFor(config: SessionConfig): SessionStore {
    const store = this.#storeOf(config)
    if (store !== this.#lastStore) {
      this.#stores.add(store)
      this.#lastStore = store
    }
    return store
  }

  /** For stores that meet trouble nobody asked about: an `error` event. */
  protected report(error: Error): void {
    const { events } = this.#home
    events.counters.errors++
    if (events.wants('error'))
      events.emit({ event: 'error', key: '', user: '', realm: '', request: '', reason: error.message, error })
  }

  /** The cookies that are ours and not too old. */
  #genuine(values: readonly string[], settings: SessionSettings, request: SessionRequest): readonly Token[] {
    if (values.length === 1) {
      const token = this.#check(values[0] as string, settings, request)
      return token === null ? noTokens : [token]
    }
    const tokens: Token[] = []
    // Ten candidates are generous; a header full of them must not become ten thousand signatures.
    for (const value of values.slice(0, 10)) {
      const token = this.#check(value, settings, request)
      if (token !== null && !tokens.some((other) => other.id === token.id)) tokens.push(token)
    }
    // The newest is the likeliest to be alive.
    return tokens.sort((a, b) => b.issued - a.issued)
  }

  #check(value: string, settings: SessionSettings, request: SessionRequest): Token | null {
    const token = settings.signer.verify(value)
    if (token === null) {
      if (value !== '') {
        this.#home.events.counters.rejects++
        this.#tell('reject', 'a cookie that is not ours', settings.realm, request.id)
      }
      return null
    }
    const life = settings.lifetimes[kindOfToken(token.kind)]
    // Browsers drop a cookie when its time is over; whoever keeps it is told the same. (0: finalize takes it away.)
    if (life > 0 && token.issued * 1000 + life * 1000 <= this.#home.clock.now()) {
      this.#tell('expire', 'its cookie is too old', settings.realm, request.id)
      return null
    }
    return token
  }

  /** A cookie that holds the record too: `<token>~<baggage>`. */
  #carriedSession(
    carry: NonNullable<SessionStore['carry']>,
    values: readonly string[],
    settings: SessionSettings,
    request: SessionRequest,
  ): Session {
    const baggage = new Map<string, string>()
    const claims: string[] = []
    for (const value of values.slice(0, 10)) {
      const end = value.indexOf('~')
      const claim = end === -1 ? value : value.slice(0, end)
      claims.push(claim)
      const token = settings.signer.verify(claim)
      if (token !== null && end !== -1) baggage.set(token.key, value.slice(end + 1))
    }
    const tokens = this.#genuine(claims, settings, request)
    const store = carry(baggage, settings.realm, request.config.secrets)
    return dressAsDict(new SessionState(this.#home, settings, store, store, request, tokens, values.length))
  }

  /** Looks for an id in the query and the form, where the wiki allows it; a cookie that says otherwise wins. */
  #byOtherWays(state: SessionState): SessionState {
    const { request, settings } = state
    for (const way of settings.transports ?? []) {
      if (way === 'cookie') continue
      const value = way === 'query' ? request.url.searchParams.get('session') : request.form?.get('session')
      if (!value) continue
      const token = this.#check(value, settings, request)
      if (token === null) continue
      if (state.token === null && state.brought === 0) {
        const found = new SessionState(this.#home, settings, state.store, null, request, [token], 0)
        found.travels = true
        return found
      }
      if (token.id !== state.token?.id) {
        this.#home.events.counters.rejects++
        this.#tell('reject', `the ${way} names another session than the cookie`, settings.realm, request.id)
      }
      state.travels = true
    }
    return state
  }

  #tell(event: SessionEventName, reason: string, realm = '', request = ''): void {
    if (this.#home.events.wants(event)) this.#home.events.emit({ event, key: '', user: '', realm, request, reason })
  }
}

const noTokens: readonly Token[] = []
const noWishes: SessionWishes = {}

function absoluteOf(given: SessionServiceOptions['absoluteLifetime']): EndingRules['absolute'] {
  if (given === undefined) return null
  const one = (kind: string, span: Lifetime | undefined): number => {
    if (span === undefined) return Number.POSITIVE_INFINITY
    const seconds = parseTimespan(span)
    if (seconds <= 0) throw sessionOption(`absoluteLifetime ${kind}`, `${JSON.stringify(span)} must be longer than 0`)
    return seconds
  }
  const each = typeof given === 'object' ? given : { anonymous: given, user: given, remembered: given }
  return {
    anonymous: one('anonymous', each.anonymous),
    user: one('user', each.user),
    remembered: one('remembered', each.remembered),
  }
}
