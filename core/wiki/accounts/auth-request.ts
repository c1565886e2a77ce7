import type { AuthAccounts, AuthMethod, AuthRequest } from '../../api/auth.ts'
import { callbackPath } from './login-steps.ts'
import type { Visit } from '../wiki-request.ts'

export interface AuthRequestParts {
  readonly accounts: AuthAccounts
  readonly now: () => number
  readonly warn: (facts: Readonly<Record<string, unknown>>, message: string) => void
  readonly stepId: string
  readonly linkTo: string | null
}

/** A visitor's request as one sign-in method sees it: without the session, which is the wiki's to change. */
export class MethodRequest implements AuthRequest {
  readonly accounts: AuthAccounts
  readonly now: () => number
  readonly warn: AuthRequest['warn']
  readonly stepId: string
  readonly linkTo: string | null
  readonly #visit: Visit
  readonly #method: AuthMethod

  constructor(visit: Visit, method: AuthMethod, { accounts, now, warn, stepId, linkTo }: AuthRequestParts) {
    this.#visit = visit
    this.#method = method
    this.accounts = accounts
    this.now = now
    this.warn = warn
    this.stepId = stepId
    this.linkTo = linkTo
  }

  get id(): string {
    return this.#visit.id
  }
  get method(): string {
    return this.#visit.method
  }
  get url(): URL {
    return this.#visit.url
  }
  get headers(): AuthRequest['headers'] {
    return this.#visit.headers
  }
  get cookies(): AuthRequest['cookies'] {
    return this.#visit.cookies
  }
  get secure(): boolean {
    return this.#visit.secure
  }
  get remoteAddress(): string {
    return this.#visit.remoteAddress
  }
  get viaTrustedProxy(): boolean {
    return this.#visit.viaTrustedProxy
  }
  get callbackUrl(): string {
    return this.#visit.url.origin + this.#visit.config.scriptRoot + callbackPath + encodeURIComponent(this.#method.name)
  }
  get homeUrl(): string {
    return `${this.#visit.url.origin}${this.#visit.config.scriptRoot}/`
  }
  cookieValues(name: string): readonly string[] {
    return this.#visit.cookieValues(name)
  }
  t(text: string, values?: Readonly<Record<string, unknown>>): string {
    return this.#visit.t(text, values)
  }
}
