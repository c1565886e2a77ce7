import type { ApiTokens } from '../../api/api-method.ts'
import type { AuthMethod } from '../../api/auth.ts'
import { badToken, callerUnknown, noPasswordsForPrograms } from '../../api/api-errors.ts'
import { mustLogIn, tooManyTries } from '../../api/errors.ts'
import { noteLook } from '../../session/index.ts'
import { HttpBasicAuth } from '../../users/auth/http-basic-auth.ts'
import type { Accounts } from '../accounts/accounts.ts'
import type { ApiTokenKeeper } from './tokens.ts'
import type { Visit } from '../wiki-request.ts'

/**
 * Who calls: a `program` said so in this very request; a `browser` brought what browsers send by themselves, so that its changes need a
 * ticket; `nobody` said anything.
 */
export type Caller = 'program' | 'browser' | 'nobody'

/** The doors for programs that say name and password with each request. One lives in each wiki. */
export class ApiCallers {
  readonly tokens: ApiTokenKeeper
  readonly #accounts: Accounts
  readonly #basic = new HttpBasicAuth()

  constructor(accounts: Accounts, tokens: ApiTokenKeeper) {
    this.#accounts = accounts
    this.tokens = tokens
  }

  /** Finds out who calls, by `Authorization` before any cookie. Whoever names themselves there gets no session. */
  async recognise(visit: Visit, cookies: boolean): Promise<Caller> {
    const named = credentialsOf(visit)
    if (named?.scheme === 'bearer') {
      visit.user = await this.tokens.owner(visit, named.secret)
      if (!visit.user.valid) throw badToken()
      return 'program'
    }
    if (named?.scheme === 'basic') {
      // A server in front of the wiki may have asked for these, and says by another field who it let through.
      if (this.#accounts.looksAtRequests) visit.user = await this.#accounts.fromSession(visit)
      if (visit.user.valid) return 'program'
      if (!this.#accounts.passwordsSuffice) throw noPasswordsForPrograms()
      visit.user = await this.#accounts.knownTo(visit, this.#basic)
      if (visit.user.valid) return 'program'
    } else if (cookies) {
      visit.user = await this.#accounts.fromSession(visit)
      if (visit.user.valid) {
        noteLook(visit.session)
        return 'browser'
      }
    }
    const challenge = this.#accounts.challenge(visit, true)
    if (challenge !== null) throw mustLogIn(challenge)
    return 'nobody'
  }

  /** The tokens as a method's call may use them: whom `apply` finds is the caller from here on. */
  tokensFor(visit: Visit): ApiTokens {
    return {
      make: async (name, password) => {
        if (!this.#accounts.passwordsSuffice) throw noPasswordsForPrograms()
        const user = await this.#accounts.knownTo(visit, byPassword(name, password))
        return user.valid ? this.tokens.make(visit, user) : null
      },
      makeForCaller: async () => {
        if (!visit.user.valid) throw callerUnknown('A token without name and password')
        // A superuser who looks at the wiki as somebody else is still who they are.
        return this.tokens.make(visit, visit.user.behind ?? visit.user)
      },
      apply: async (token) => {
        const user = await this.tokens.owner(visit, token)
        if (!user.valid) return false
        visit.user = user
        return true
      },
      end: (token) => this.tokens.end(visit, token),
    }
  }
}

/** What `Authorization` brings; null when it is none of ours. */
export function credentialsOf({ headers }: Visit): { readonly scheme: 'basic' | 'bearer'; readonly secret: string } | null {
  const [, scheme, secret = ''] = /^(Basic|Bearer) +(\S+) *$/i.exec(headers['authorization'] ?? '') ?? []
  return scheme === undefined ? null : { scheme: scheme.toLowerCase() === 'basic' ? 'basic' : 'bearer', secret }
}

/** Passwords are tried as often as at the log-in page, by the same count. */
function byPassword(name: string, password: string): AuthMethod {
  return {
    name: 'password',
    loginInputs: [],
    request: async (request) => {
      const result = await request.accounts.checkPassword(name, password)
      if (result.user !== null) return result.user
      if (result.retryAfter === undefined) return null
      const seconds = result.retryAfter
      const words = 'Too many tries: please wait {seconds, plural, one {# second} other {# seconds}}.'
      throw tooManyTries(request.t(words, { seconds }), seconds)
    },
  }
}
