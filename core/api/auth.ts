import type { RequestFacts } from './request-facts.ts'
import type { Identity, UserRecord } from './user-store.ts'

/**
 * A way to sign in. Methods are asked in the order of `auth` in the configuration; each needs a name of its own. A whole one:
 *
 * ```ts
 * const doorman: AuthMethod = {
 *   name: 'doorman',
 *   loginInputs: ['username', 'password'],
 *   async login({ accounts }, { name, password }) {
 *     const known = password === 'open sesame' ? await accounts.byName(name) : null
 *     return known === null ? { do: 'continue' } : { do: 'login', user: known.id }
 *   },
 * }
 * ```
 */
export interface AuthMethod {
  /** Sessions remember who signed in by this name; `authMethodsTrusted` lists such names. */
  readonly name: string
  /** What the log-in form asks for; [] when this method has no form. */
  readonly loginInputs: readonly ('username' | 'password')[]
  /** What stands on a button of the log-in page, behind "Log in with": for methods that begin without name and password. */
  readonly loginButton?: string
  /** True for a method that believes the server in front of the wiki: the start is refused without `trustedProxies`. */
  readonly needsTrustedProxy?: boolean
  /** A sentence below the form, as MoinMoin's `login_hint`. Plain text. */
  loginHint?(request: AuthRequest): string
  /** The form was sent, or this method's button was pressed (then both texts are ''). */
  login?(request: AuthRequest, form: LoginForm): Promise<LoginResult>
  /**
   * The further form that this method asked for was sent, or the browser is back from where it sent it. Forms may be sent as often
   * as passwords may be tried.
   */
  continueLogin?(request: AuthRequest, step: LoginStep): Promise<LoginResult>
  /**
   * A method, this or another, has recognised somebody; nobody is signed in yet. `continue` lets them in, everything else keeps them
   * out or asks for more: a second factor, terms of use. Not asked about those whom `request` of some method knows.
   */
  confirmLogin?(request: AuthRequest, user: UserRecord): Promise<LoginResult>
  /**
   * Any request of a visitor whom no session of another method knows: a proxy's header, HTTP basic … Resolves to an account's id or
   * null. It is asked at every request: another answer is another visitor, and null ends the session. May throw a WikiError.
   */
  request?(request: AuthRequest): Promise<string | null>
  /** The value of `WWW-Authenticate` for an anonymous visitor who may not do something, which makes it a 401; null: leave it as it is. */
  challenge?(request: AuthRequest): string | null
  /** True: a visitor who is not signed in is not even shown what everybody may read. Needs `challenge`. */
  readonly challengesAlways?: boolean
  /** Somebody whom this method signed in logs out; `kept` is what it kept at the log-in. Left out: nothing but the session ends. */
  logout?(request: AuthRequest, kept: unknown): Promise<LogoutResult>
}

/** What a sign-in method sees of a request. */
export interface AuthRequest extends RequestFacts {
  t(text: string, values?: Readonly<Record<string, unknown>>): string
  readonly accounts: AuthAccounts
  /** This method's own address for browsers that come back from elsewhere: always the same, to be registered with a provider. */
  readonly callbackUrl: string
  /** The front page, in full. */
  readonly homeUrl: string
  /**
   * The name of the step that begins with the `form` or `redirect` answered now: 128 random bits. Whoever sends the browser back adds
   * it to `callbackUrl` as `state=`.
   */
  readonly stepId: string
  /** Id of the account of a visitor who is signed in and wants to connect another way of logging in to it; null otherwise. */
  readonly linkTo: string | null
  /** The wiki's clock, milliseconds since 1970. */
  now(): number
  /** For whoever looks after the wiki. Never a secret. */
  warn(facts: Readonly<Record<string, unknown>>, message: string): void
}

/** The accounts of the wiki, for sign-in methods. */
export interface AuthAccounts {
  byId(id: string): Promise<UserRecord | null>
  /** Not the disabled ones. */
  byName(name: string): Promise<UserRecord | null>
  byEmail(email: string): Promise<UserRecord | null>
  /** The account that logs in with this identity elsewhere. */
  byIdentity(identity: Identity): Promise<UserRecord | null>
  /** A wiki account's own password; as slow, and as limited in tries, as the log-in form. `retryAfter` in seconds: too many tries. */
  checkPassword(name: string, password: string): Promise<{ user: string } | { user: null; retryAfter?: number }>
  /**
   * A new account without a password. The problem in words when it cannot be made. `vouched`: the name is the account's by the word
   * of whoever the wiki trusts, so it may be one that the configuration keeps for a superuser.
   */
  create(account: NewLogin): Promise<{ user: string } | { problem: string }>
  /** From now on this account may log in with that identity. False when another account does. */
  link(user: string, identity: Identity): Promise<boolean>
}

/** Somebody whom a way of logging in vouches for; the account is looked up, or made. */
export interface NewLogin {
  readonly name: string
  readonly email?: string
  readonly aliasName?: string
  readonly identity?: Identity
  readonly vouched?: boolean
}

/** What stood in the fields of the log-in form. */
export interface LoginForm {
  readonly name: string
  readonly password: string
}

/** A log-in that goes on: each step is the visitor's own, good for ten minutes and once. */
export interface LoginStep {
  /** What the method said as `state` in the step before; JSON. */
  readonly state: unknown
  /** The fields of the form, or the query of the address that the browser came back to. */
  readonly values: URLSearchParams
  /** The address that the browser came back to, in full. */
  readonly url: URL
  /** The account that asks for the confirmation; null in a method's own log-in. */
  readonly user: UserRecord | null
}

/** What a method says to a log-in; MoinMoin's ContinueLogin, CancelLogin, MultistepFormLogin and MultistepRedirectLogin. */
export type LoginResult =
  /** It is this account. `keep` (small, JSON) is kept in the session for `logout`. */
  | { readonly do: 'login'; readonly user: string; readonly keep?: unknown }
  /** Not mine: ask the next method. The message is shown when no method says more. */
  | { readonly do: 'continue'; readonly message?: string }
  /** No: no further method is asked. `retryAfter` in seconds makes it a 429. */
  | { readonly do: 'cancel'; readonly message: string; readonly status?: number; readonly retryAfter?: number }
  /** Ask for more, then `continueLogin`. */
  | ({ readonly do: 'form'; readonly state?: unknown } & StepForm)
  /** The browser goes to this address, and comes back to `callbackUrl`. */
  | { readonly do: 'redirect'; readonly url: string; readonly state?: unknown }

/** A further form. Everything is plain text. */
export interface StepForm {
  readonly title?: string
  readonly text?: string
  readonly inputs: readonly StepInput[]
  /** The words on the button; left out: "Go on". */
  readonly button?: string
  /** What was wrong with the last try. */
  readonly message?: string
}

/** A field of a form between two steps of a log-in. */
export interface StepInput {
  readonly name: string
  readonly label: string
  readonly type?: 'text' | 'password' | 'email'
  readonly value?: string
  /** HTML's `autocomplete`: `one-time-code`, `username` … */
  readonly autocomplete?: string
}

/** What a method says to a log-out. */
export interface LogoutResult {
  /** Where the browser goes to log out there as well. */
  readonly redirect?: string
  /** Why this wiki alone cannot log anybody out: the visitor stays signed in. */
  readonly refused?: string
}
