import type { AuthMethod, AuthRequest, LoginForm, LoginResult } from 'servus'

/** Lets everybody in who has an account and knows the word of the day. */
export class NAME implements AuthMethod {
  readonly name = 'NAME'
  readonly loginInputs = ['username', 'password'] as const
  readonly #word: string

  constructor(word: string) {
    this.#word = word
  }

  async login({ accounts }: AuthRequest, { name, password }: LoginForm): Promise<LoginResult> {
    const account = password === this.#word ? await accounts.byName(name) : null
    return account === null ? { do: 'continue' } : { do: 'login', user: account.id }
  }
}
