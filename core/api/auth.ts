import type { RequestFacts } from './request-facts.ts'

/** What a sign-in method sees of a request: nobody is signed in yet. */
export interface AuthRequest extends RequestFacts {
  t(text: string, values?: Readonly<Record<string, unknown>>): string
}

/** A way to sign in. Methods are asked in the order of `auth` in the config; each needs a name of its own. */
export interface AuthMethod {
  readonly name: string
  /** What the login form asks for; [] when this method has no form. */
  readonly loginInputs: readonly ('username' | 'password')[]
  /** A sign-in form was sent. */
  login?(request: AuthRequest, form: LoginForm): Promise<LoginResult>
  /** Any other request of a visitor who is not signed in: a proxy's header, HTTP basic … Resolves to an account id or null. */
  request?(request: AuthRequest): Promise<string | null>
}

export interface LoginForm {
  readonly name: string
  readonly password: string
}

/** `user`: the account's id, or null with the reason for the visitor; `retryAfter` in seconds when too many tries were made. */
export interface LoginResult {
  readonly user: string | null
  readonly message?: string
  readonly retryAfter?: number
}
