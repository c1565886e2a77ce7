import type { Session, SessionService } from '../../api/session.ts'
import { sessionStoreDown } from '../../api/errors.ts'
import { sessionFacts } from '../../session/index.ts'
import type { Visit } from '../wiki-request.ts'

/** Below this path every sign-in method has its own address, to which browsers come back: `/+login/openid`. */
export const callbackPath = '/+login/'

/** A log-in that waits for the visitor's next step. */
export interface PendingStep {
  /** Name of the method that goes on. */
  readonly method: string
  /** How the visitor comes back: by a form of ours, or to the method's own address. */
  readonly by: 'form' | 'redirect'
  readonly state: unknown
  /** The page on which the log-in was begun, and what was wanted there (a query). */
  readonly page: string
  readonly then: string
  readonly remember: boolean
  readonly linkTo: string | null
  /** Who was recognised already, and by whom, when this step is about letting them in. */
  readonly user: PendingUser | null
}

export interface PendingUser {
  readonly id: string
  readonly epoch: number
  readonly method: string
  readonly keep: unknown
}

/** Tabs in which one visitor may be logging in. */
const mostPending = 4
const prefix = 'login '

interface Kept extends PendingStep {
  readonly until: number
}

/**
 * Log-ins on their way, kept in a session of their own: it exists where the wiki gives anonymous visitors none, lives ten minutes, and
 * nothing of it becomes part of the session that the log-in ends in. So a step is this browser's alone.
 */
export class LoginSteps {
  readonly #sessions: SessionService
  readonly #now: () => number
  /** Steps that were taken. A session that lies in the visitor's own cookie could be brought once more. */
  readonly #taken = new Map<string, number>()
  readonly #configs = new WeakMap<Visit['config'], Visit['config']>()

  constructor(sessions: SessionService, now: () => number) {
    this.#sessions = sessions
    this.#now = now
  }

  async keep(visit: Visit, id: string, step: PendingStep): Promise<void> {
    const session = await this.#session(visit)
    const now = this.#now()
    const pending = Object.keys(session)
      .filter((key) => key.startsWith(prefix))
      .sort((a, b) => untilOf(session[a]) - untilOf(session[b]))
    // The oldest gives way: a stranger's clicks must not fill the session.
    for (const [index, key] of pending.entries())
      if (untilOf(session[key]) <= now || pending.length - index >= mostPending) delete session[key]
    session[prefix + id] = { ...step, until: now + lifetime } satisfies Kept
  }

  /** The step of this name, once; null when it is not this visitor's, was taken already, or waited for too long. */
  async take(visit: Visit, id: string): Promise<PendingStep | null> {
    if (!/^[\w-]{20,40}$/.test(id)) return null
    const session = await this.#session(visit)
    if (sessionFacts(session)?.degraded === true) throw sessionStoreDown(undefined)
    const key = prefix + id
    const found = session[key]
    if (!isKept(found)) return null
    // In the store at once, so that of two requests at the same moment one finds nothing. Other services' sessions are plain dicts.
    let last: unknown = found
    if (typeof session.update === 'function') await session.update(key, (value) => void (last = value))
    else delete session[key]
    const now = this.#now()
    const taken = this.#taken.has(id)
    this.#noteTaken(id, now)
    return isKept(last) && last.until > now && !taken ? last : null
  }

  #noteTaken(id: string, now: number): void {
    for (const [old, until] of this.#taken) {
      if (until > now) break
      this.#taken.delete(old)
    }
    this.#taken.set(id, now + lifetime)
  }

  /** A service of somebody else's knows one session for each visitor: then that one keeps the steps. */
  async #session(visit: Visit): Promise<Session> {
    if (sessionFacts(visit.session) === null) return visit.session
    let session = visit.apart.get(prefix)
    if (session === undefined) {
      const config = this.#configFor(visit.config)
      const request = Object.create(visit, { config: { value: config }, user: { value: null } }) as Visit
      const path = `${visit.config.scriptRoot}/`
      visit.apart.set(prefix, (session = await this.#sessions.getSession(request, { path, expire: '10m' })))
    }
    await session.open()
    return session
  }

  /** The wiki's settings, under which an anonymous visitor always has a session that comes along when another site sends them back. */
  #configFor(config: Visit['config']): Visit['config'] {
    let made = this.#configs.get(config)
    if (made === undefined) {
      const cookieSameSite = config.cookieSameSite === 'strict' ? 'lax' : config.cookieSameSite
      made = { ...config, cookieLifetime: ['10m', '10m'], expire: null, anonymousStart: 'at-once', cookieSameSite }
      this.#configs.set(config, made)
    }
    return made
  }
}

const lifetime = 600_000

function isKept(value: unknown): value is Kept {
  return typeof value === 'object' && value !== null && 'until' in value && 'method' in value && 'by' in value
}

function untilOf(value: unknown): number {
  return isKept(value) ? value.until : 0
}
