import type { AuthMethod } from '../../api/auth.ts'
import { noTokensHere } from '../../api/api-errors.ts'
import { sessionStoreDown } from '../../api/errors.ts'
import type { Reply } from '../../api/reply.ts'
import type { SessionService, SessionUser } from '../../api/session.ts'
import { reply } from '../../http/reply.ts'
import { sessionFacts, signedIn } from '../../session/index.ts'
import type { Accounts, Visitor } from '../accounts/accounts.ts'
import type { Visit } from '../wiki-request.ts'

/** MoinMoin's name for those whom a token stands for; `authMethodsTrusted` may list it. */
const methodName = 'xmlrpc_applytoken'

/**
 * Tokens for programs are sessions, as in MoinMoin: so they are hashed where they are kept, stand in the list of where one is logged in,
 * and end there, with a new password, or after a day. A token is no log-in of a browser, nor the other way round: they are signed in
 * by different methods.
 */
export class ApiTokenKeeper {
  readonly #sessions: SessionService
  readonly #accounts: Accounts
  readonly #configs = new WeakMap<Visit['config'], Visit['config']>()

  constructor(sessions: SessionService, accounts: Accounts) {
    this.#sessions = sessions
    this.#accounts = accounts
  }

  async make(visit: Visit, user: Visitor): Promise<string> {
    const visitor: SessionUser = { ...user, authMethod: methodName, rememberMe: false }
    const answer = await this.#finalize(visit, null, visitor)
    const cookie = answer.cookies.at(-1) ?? ''
    const value = cookie.slice(0, cookie.includes(';') ? cookie.indexOf(';') : cookie.length)
    const token = Buffer.from(value).toString('base64url')
    if (!(await this.owner(visit, token)).valid) throw noTokensHere()
    return token
  }

  /** Whom a token stands for; anonymous when it is none, has ended, or its account has. */
  async owner(visit: Visit, token: string): Promise<Visitor> {
    const brought = cookieOf(token)
    if (brought === null) return this.#accounts.anonymous()
    const session = await this.#sessions.getSession(this.#requestFor(visit, brought, null))
    const known = await signedIn(session)
    if (sessionFacts(session)?.degraded === true) throw sessionStoreDown(undefined)
    if (known?.authMethod !== methodName) return this.#accounts.anonymous()
    const byToken: AuthMethod = {
      name: methodName,
      loginInputs: [],
      request: async ({ accounts }) => {
        const record = await accounts.byId(known.id)
        return record !== null && (known.epoch === '' || known.epoch === String(record.epoch)) ? record.id : null
      },
    }
    return this.#accounts.knownTo(visit, byToken)
  }

  /** False: the token was not good any more. */
  async end(visit: Visit, token: string): Promise<boolean> {
    const brought = cookieOf(token)
    if (brought === null || !(await this.owner(visit, token)).valid) return false
    await this.#finalize(visit, brought, this.#accounts.anonymous())
    return true
  }

  /** A session apart from the caller's own, that begins or ends at once. */
  async #finalize(visit: Visit, brought: Cookie | null, user: SessionUser): Promise<Reply> {
    const request = this.#requestFor(visit, brought, user)
    const session = await this.#sessions.getSession(request)
    await session.open?.()
    const answer = reply(200)
    await this.#sessions.finalize(request, session, answer)
    return answer
  }

  /** The request as if it brought this cookie and nothing else. */
  #requestFor(visit: Visit, brought: Cookie | null, user: SessionUser | null): Visit {
    return withCookie(visit, brought, {
      config: { value: this.#configFor(visit.config) },
      user: { value: user },
      method: { value: 'POST' },
      headers: { value: { ...visit.headers, 'user-agent': programOf(visit.headers['user-agent']) } },
    })
  }

  /** The wiki's settings, but for how long such a session lives. */
  #configFor(config: Visit['config']): Visit['config'] {
    let made = this.#configs.get(config)
    if (made === undefined) this.#configs.set(config, (made = { ...config, cookieLifetime: ['1d', '1d'], expire: null }))
    return made
  }
}

/** What has a token is a program, also one that does not say so, or says that it is a browser. */
function programOf(userAgent = ''): string {
  return userAgent === '' || userAgent.startsWith('Mozilla/') ? 'API' : userAgent
}

export interface Cookie {
  readonly name: string
  readonly value: string
}

/** A request whose session is found by this cookie alone: not by what the browser sent, and not by an address. */
export function withCookie(visit: Visit, brought: Cookie | null, more: PropertyDescriptorMap = {}): Visit {
  const url = new URL(visit.url.pathname, visit.url)
  return Object.create(visit, {
    url: { value: url },
    form: { value: new URLSearchParams() },
    cookies: { value: new Map(brought === null ? [] : [[brought.name, brought.value]]) },
    cookieValues: { value: (name: string) => (brought?.name === name ? [brought.value] : []) },
    ...more,
  }) as Visit
}

function cookieOf(token: string): Cookie | null {
  if (token.length > 6000) return null
  const [, name, value] = /^([\w-]{1,100})=([\x21-\x7e]{8,})$/.exec(Buffer.from(token, 'base64url').toString('latin1')) ?? []
  return name === undefined || value === undefined ? null : { name, value }
}
