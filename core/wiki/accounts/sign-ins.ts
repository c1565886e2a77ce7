import type { SessionOverview, SignIn, SignIns } from '../../api/action.ts'
import { forbidden } from '../../api/errors.ts'
import type { SessionInfo, SessionKind, SessionService } from '../../api/session.ts'
import { endSessions } from '../../users/account-changes.ts'
import type { Visitor } from './accounts.ts'
import type { Visit } from '../wiki-request.ts'
import type { WikiParts } from '../wiki-parts.ts'

/** More are not counted: an admin's page must not read a million files. */
const mostCounted = 20_000

/** What services of ours can do beyond the contract. */
interface Countable {
  sessions(config: Visit['config']): AsyncIterable<SessionInfo>
  readonly counters: Readonly<Record<string, number>>
}

/** Who is signed in where, as far as one visitor may know and change it. */
export class VisitorSignIns implements SignIns {
  readonly #parts: WikiParts
  readonly #visit: Visit

  constructor(parts: WikiParts, visit: Visit) {
    this.#parts = parts
    this.#visit = visit
  }

  async of(userId: string): Promise<readonly SignIn[]> {
    this.#mustMay(userId)
    const { session, config } = this.#visit
    const found: SignIn[] = []
    const here = session.key
    for await (const info of this.#parts.sessions.sessionsOf?.(userId, config) ?? [])
      found.push({ ...info, isThis: here !== '' && info.handle === here })
    return found.sort((a, b) => b.lastSeen.getTime() - a.lastSeen.getTime())
  }

  async end(userId: string, handle: string): Promise<boolean> {
    const found = (await this.of(userId)).find((one) => one.handle === handle)
    if (found === undefined) return false
    if (found.isThis) this.#visit.user = this.#parts.accounts.anonymous()
    else await this.#parts.sessions.destroySession(found.id)
    this.#tell(userId, 1)
    return true
  }

  async endOthers(userId: string): Promise<number> {
    const { user } = this.#visit
    const others = (await this.of(userId)).filter(({ isThis }) => !isThis)
    for (const { id } of others) await this.#parts.sessions.destroySession(id)
    // What no list shows (a cookie that carries its own record) ends by the epoch; whoever asks takes the new one over.
    const { epoch } = await endSessions(this.#parts.users, userId)
    if (user.id === userId && (user.behind ?? null) === null)
      this.#visit.user = Object.assign({}, user, { epoch: String(epoch) } satisfies Pick<Visitor, 'epoch'>)
    this.#tell(userId, others.length)
    return others.length
  }

  async overview(): Promise<SessionOverview> {
    if (!this.#isAdmin) throw forbidden('Only superusers may see the sessions of others.')
    const live: Record<SessionKind, number> = { anonymous: 0, user: 0, remembered: 0 }
    const { sessions } = this.#parts
    if (!isCountable(sessions)) return { live, stoppedEarly: false, counters: {} }
    let seen = 0
    for await (const { kind } of sessions.sessions(this.#visit.config)) {
      if (++seen > mostCounted) break
      live[kind]++
    }
    return { live, stoppedEarly: seen > mostCounted, counters: { ...sessions.counters } }
  }

  get #isAdmin(): boolean {
    const { user } = this.#visit
    return (user.behind ?? user).isSuperUser
  }

  #mustMay(userId: string): void {
    const { user } = this.#visit
    if (user.valid && (user.id === userId || this.#isAdmin)) return
    throw forbidden('Only superusers may see the sessions of others.')
  }

  #tell(userId: string, count: number): void {
    const { user } = this.#visit
    this.#parts.emit('sessionsEnded', { id: userId, by: (user.behind ?? user).id, count })
  }
}

function isCountable(service: SessionService): service is SessionService & Countable {
  return (
    typeof (service as Partial<Countable>).sessions === 'function' && typeof (service as Partial<Countable>).counters === 'object'
  )
}
