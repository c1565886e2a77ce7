import type { WikiRequest } from './request.ts'

/** A way to sign in. Methods are asked in the order of `auth` in the config; each needs a name of its own. */
export interface AuthMethod {
  readonly name: string
  /** What the login form asks for; [] when this method has no form. */
  readonly loginInputs: readonly ('username' | 'password')[]
  /** A sign-in form was sent. */
  login?(request: WikiRequest, form: LoginForm): Promise<LoginResult>
  /** Any other request of a visitor who is not signed in: a proxy's header, HTTP basic … Resolves to an account id or null. */
  request?(request: WikiRequest): Promise<string | null>
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
