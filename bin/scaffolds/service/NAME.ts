import { randomUUID } from 'node:crypto'
import type { Reply, Session, SessionRequest, SessionService } from 'servus'

/** Sessions in the memory of this process: a plain object for each visitor. Put your own idea of sessions in its place. */
export class NAME implements SessionService {
  readonly #sessions = new Map<string, Readonly<Record<string, unknown>>>()

  /** Once a request, before anything else. */
  getSession({ cookies }: SessionRequest): Session {
    const known = this.#sessions.get(cookies.get('NAME') ?? '')
    // A plain object is a dict; isNew is all that macros ask for beyond that.
    return Object.defineProperty({ ...known }, 'isNew', { value: known === undefined }) as unknown as Session
  }

  /** Once for every answer, an error included, before its first byte. */
  async finalize({ cookies, user }: SessionRequest, session: Session, reply: Reply): Promise<void> {
    const old = cookies.get('NAME') ?? ''
    const before = this.#sessions.get(old)
    const dict = session as Record<string, unknown>
    const owner = user?.valid === true ? user.id : undefined
    if (owner === undefined && 'user.id' in dict) {
      this.#sessions.delete(old)
      reply.cookies.push('NAME=; Max-Age=0; Path=/')
      return
    }
    if (owner !== undefined) Object.assign(dict, { 'user.id': owner, 'user.auth_method': user?.authMethod })
    // Nobody may know an id from before the log-in.
    const id = before !== undefined && before['user.id'] === owner ? old : randomUUID()
    if (id !== old) this.#sessions.delete(old)
    this.#sessions.set(id, { ...dict })
    if (id !== old) reply.cookies.push(`NAME=${id}; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax`)
  }

  async destroySession(id: string): Promise<void> {
    this.#sessions.delete(id)
  }

  async *allSessionIds(): AsyncGenerator<string> {
    yield* this.#sessions.keys()
  }
}
