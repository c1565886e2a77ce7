import type { Log, LoginWays } from '../../api/action.ts'
import type { AuthMethod, AuthRequest } from '../../api/auth.ts'
import { HttpBasicAuth } from '../../users/auth/http-basic-auth.ts'
import { PasswordAuth } from '../../users/auth/password-auth.ts'
import { VisitAccounts, type AuthAccountsParts } from './auth-accounts.ts'
import { MethodRequest } from './auth-request.ts'
import type { Visit } from '../wiki-request.ts'

export interface SignInMethodsParts extends AuthAccountsParts {
  readonly methods: readonly AuthMethod[]
  readonly log: Log
  now(): number
}

/** The ways to sign in that a wiki has, in their order, and what they say together. */
export class SignInMethods {
  readonly all: readonly AuthMethod[]
  readonly #parts: SignInMethodsParts

  constructor(parts: SignInMethodsParts) {
    this.#parts = parts
    this.all = parts.methods
  }

  named(name: string): AuthMethod | undefined {
    return this.all.find((method) => method.name === name)
  }

  /** A visitor's request as this method sees it. */
  requestFor(visit: Visit, method: AuthMethod, stepId = '', linkTo: string | null = null): AuthRequest {
    const { log, config, now } = this.#parts
    return new MethodRequest(visit, method, {
      accounts: new VisitAccounts(this.#parts, visit),
      now,
      warn: (facts, message) => log.warn({ wiki: config.siteId, request: visit.id, ...facts }, message),
      stepId,
      linkTo,
    })
  }

  /** What the log-in page offers. */
  loginWays(visit: Visit): LoginWays {
    return {
      takesPasswords: this.takesPasswords,
      buttons: this.all.flatMap(({ name, loginButton }) =>
        loginButton === undefined ? [] : [{ method: name, label: loginButton }],
      ),
      hints: this.all.flatMap((method) => method.loginHint?.(this.requestFor(visit, method)) ?? []),
    }
  }

  /** The value of `WWW-Authenticate` where an anonymous visitor is turned away; with `always`, where everybody is. */
  challenge(visit: Visit, always: boolean): string | null {
    for (const method of this.all) {
      if (always && method.challengesAlways !== true) continue
      const challenge = method.challenge?.(this.requestFor(visit, method)) ?? null
      if (challenge !== null) return challenge
    }
    return null
  }

  /** Some method may know visitors without a session. */
  get lookAtRequests(): boolean {
    return this.all.some((method) => method.request !== undefined)
  }

  /** Some method asks for a name and a password. */
  get takesPasswords(): boolean {
    return this.all.some(({ loginInputs }) => loginInputs.length > 0)
  }

  /** Some method begins with a button: the visitor logs in elsewhere. */
  get hasButtons(): boolean {
    return this.all.some(({ loginButton }) => loginButton !== undefined)
  }

  /** There is something to do on the log-in page. */
  get hasLoginPage(): boolean {
    return this.takesPasswords || this.hasButtons
  }

  /** A name of this wiki and its password are all that a log-in takes: not where passwords are checked elsewhere. */
  get passwordsSuffice(): boolean {
    return (
      this.all.some((method) => method instanceof HttpBasicAuth) ||
      (this.all.some((method) => method instanceof PasswordAuth) &&
        this.all.every(({ confirmLogin }) => confirmLogin === undefined))
    )
  }
}
