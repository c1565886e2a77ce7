import type { AuthMethod, AuthRequest, LoginForm, LoginResult } from '../../api/auth.ts'

/** Name and password, MoinMoin's `MoinAuth`: what a wiki has when its `auth` names nothing. Named `moin`, as sessions know it. */
export class PasswordAuth implements AuthMethod {
  readonly name = 'moin'
  readonly loginInputs = ['username', 'password'] as const

  async login(request: AuthRequest, { name, password }: LoginForm): Promise<LoginResult> {
    const { user, ...refused } = await request.accounts.checkPassword(name, password)
    if (user !== null) return { do: 'login', user }
    if (!('retryAfter' in refused) || refused.retryAfter === undefined) return { do: 'continue' }
    const { retryAfter } = refused
    return {
      do: 'cancel',
      retryAfter,
      message: request.t('Too many tries: please wait {seconds, plural, one {# second} other {# seconds}}.', {
        seconds: retryAfter,
      }),
    }
  }
}
