import type { AuthMethod, AuthRequest, LoginForm, LoginResult } from '../api/auth.ts'
import type { UserStore } from '../api/user-store.ts'
import { signIn, SignInLimits } from '../users/password-login.ts'
import type { PasswordHasher } from '../users/passwords/password-hasher.ts'

/** Name and password, MoinMoin's `MoinAuth`: what a wiki has when its `auth` names nothing. Named `moin`, as sessions know it. */
export class PasswordAuth implements AuthMethod {
  readonly name = 'moin'
  readonly loginInputs = ['username', 'password'] as const
  readonly #users: UserStore
  readonly #hasher: PasswordHasher
  readonly #limits: SignInLimits

  constructor(users: UserStore, hasher: PasswordHasher, limits = new SignInLimits()) {
    this.#users = users
    this.#hasher = hasher
    this.#limits = limits
  }

  async login(request: AuthRequest, { name, password }: LoginForm): Promise<LoginResult> {
    const outcome = await signIn(this.#users, name, password, {
      hasher: this.#hasher,
      limits: this.#limits,
      address: request.remoteAddress,
    })
    switch (outcome.status) {
      case 'ok':
        return { user: outcome.user.id }
      case 'refused':
        return { user: null, message: request.t('This name and password do not fit together.') }
      case 'throttled':
        return {
          user: null,
          retryAfter: outcome.retryAfter,
          message: request.t('Too many tries: please wait {seconds, plural, one {# second} other {# seconds}}.', {
            seconds: outcome.retryAfter,
          }),
        }
    }
  }
}
