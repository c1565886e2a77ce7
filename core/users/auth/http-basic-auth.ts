import { createHmac, randomBytes } from 'node:crypto'
import type { AuthMethod, AuthRequest, LogoutResult } from '../../api/auth.ts'
import { credentialsRefused, tooManyTries } from '../../api/errors.ts'

/** What `HttpBasicAuth` can be told. */
export interface HttpBasicOptions {
  /** `http` unless said otherwise, MoinMoin's name: its users belong to the group Trusted. */
  readonly name?: string
  /** What browsers show beside their question for name and password. */
  readonly realm?: string
  /**
   * When to ask for name and password: 'never' (the default; whoever sends them is let in), 'forbidden': where a visitor may not do
   * something, 'always': everywhere, as MoinMoin did.
   */
  readonly ask?: 'never' | 'forbidden' | 'always'
}

/** Name and password with each request (RFC 7617), in UTF-8: for programs rather than people. Wrong ones are a 401, too many a 429. */
export class HttpBasicAuth implements AuthMethod {
  readonly name: string
  readonly loginInputs = [] as const
  readonly challengesAlways: boolean
  readonly #ask: 'never' | 'forbidden' | 'always'
  readonly #challenge: string
  readonly #salt = randomBytes(16)
  /** Pairs that were right a moment ago, by a hash of them: a hundred requests of a program must not cost a hundred slow checks. */
  readonly #lately = new Map<string, Known>()

  constructor({ name = 'http', realm = 'wiki', ask = 'never' }: HttpBasicOptions = {}) {
    this.name = name
    this.#ask = ask
    this.challengesAlways = ask === 'always'
    this.#challenge = `Basic realm="${realm.replace(/[^\x20-\x7e]|["\\]/g, '_')}", charset="UTF-8"`
  }

  async request(request: AuthRequest): Promise<string | null> {
    const encoded = /^Basic +([A-Za-z0-9+/]+=*) *$/i.exec(request.headers['authorization'] ?? '')?.[1]
    if (encoded === undefined) return null
    const [, name, password] = /^([^:]*):([\s\S]*)$/.exec(Buffer.from(encoded, 'base64').toString('utf8').normalize('NFC')) ?? []
    if (name === undefined || password === undefined) throw credentialsRefused(this.#challenge)
    const key = createHmac('sha256', this.#salt).update(encoded).digest('base64')
    return (await this.#recall(request, key)) ?? this.#check(request, key, name, password)
  }

  async logout(request: AuthRequest): Promise<LogoutResult> {
    return { refused: request.t('Your browser sends name and password by itself. Close it to log out.') }
  }

  challenge(): string | null {
    return this.#ask === 'never' ? null : this.#challenge
  }

  /** Good as long as the account still has the very same password (or is the same at all: one method may serve several wikis). */
  async #recall({ accounts, now }: AuthRequest, key: string): Promise<string | null> {
    const known = this.#lately.get(key)
    if (known === undefined || known.until <= now()) return null
    const record = await accounts.byId(known.user)
    return record !== null && !record.disabled && record.password === known.password ? record.id : null
  }

  async #check(request: AuthRequest, key: string, name: string, password: string): Promise<string> {
    const result = await request.accounts.checkPassword(name, password)
    if (result.user !== null) {
      const record = await request.accounts.byId(result.user)
      if (this.#lately.size >= 1000) this.#lately.clear()
      this.#lately.set(key, { user: result.user, password: record?.password ?? '', until: request.now() + 60_000 })
      return result.user
    }
    if (result.retryAfter === undefined) throw credentialsRefused(this.#challenge)
    throw tooManyTries(
      request.t('Too many tries: please wait {seconds, plural, one {# second} other {# seconds}}.', {
        seconds: result.retryAfter,
      }),
      result.retryAfter,
    )
  }
}

interface Known {
  readonly user: string
  readonly password: string
  readonly until: number
}
