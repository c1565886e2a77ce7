import type { Reply } from '../../core/api/reply.ts'
import type {
  Session,
  SessionConfig,
  SessionRequest,
  SessionService,
  SessionUser,
  SessionWishes,
} from '../../core/api/session.ts'
import { valuesOfCookie } from '../../core/http/cookies.ts'

export const secret = 'a secret of at least thirty-two characters'

export function config(options: Partial<SessionConfig> = {}): SessionConfig {
  return {
    siteId: 'wiki',
    cookieLifetime: [1, 12],
    cookieDomain: null,
    cookiePath: null,
    cookieName: null,
    cookieSecure: null,
    cookieHttpOnly: true,
    cookieSameSite: 'lax',
    expire: null,
    anonymousStart: 'cookie-first',
    sessionDir: '/nonexistent/sessions',
    secrets: [secret],
    scriptRoot: '',
    ...options,
  }
}

/** A clock that stands until it is moved. */
export class HeldClock {
  #now: number

  constructor(now = Date.UTC(2026, 10, 21)) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  /** Moves on by seconds. */
  pass(seconds: number): void {
    this.#now += seconds * 1000
  }
}

export const nobody: SessionUser = { id: '', valid: false, name: '', authMethod: '', rememberMe: false }

export function somebody(id = '1234.5', options: Partial<SessionUser> = {}): SessionUser {
  return { id, valid: true, name: `Name of ${id}`, authMethod: 'moin', rememberMe: false, ...options }
}

export interface VisitOptions {
  readonly method?: string
  readonly user?: SessionUser | null
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly reply?: Record<string, string>
  readonly wishes?: SessionWishes
  readonly url?: string
  readonly form?: URLSearchParams
  readonly remoteAddress?: string
  readonly config?: SessionConfig
}

/** What one request came to. */
export interface Visit<T> {
  readonly value: T
  readonly reply: Reply
  readonly setCookies: readonly string[]
}

/** A browser with its cookie jar, talking to a service directly. */
export class Visitor {
  readonly service: SessionService
  readonly config: SessionConfig
  readonly base: string
  jar = new Map<string, string>()

  constructor(service: SessionService, settings: SessionConfig = config(), base = 'http://wiki.example.org/') {
    this.service = service
    this.config = settings
    this.base = base
  }

  get cookieHeader(): string | undefined {
    return this.jar.size === 0 ? undefined : Array.from(this.jar, ([name, value]) => `${name}=${value}`).join('; ')
  }

  /** The value of the one cookie this visitor holds. */
  get cookie(): string {
    return [...this.jar.values()][0] ?? ''
  }

  request(options: VisitOptions = {}): SessionRequest {
    const url = new URL(options.url ?? 'Page', this.base)
    const cookie = options.headers?.['cookie'] ?? this.cookieHeader
    const headers: Record<string, string | undefined> = {
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0',
      cookie,
      ...options.headers,
    }
    return {
      id: 'test',
      method: options.method ?? 'GET',
      url,
      headers,
      cookies: new Map(),
      cookieValues: (name) => valuesOfCookie(cookie, name),
      secure: url.protocol === 'https:',
      remoteAddress: options.remoteAddress ?? '203.0.113.7',
      config: options.config ?? this.config,
      user: options.user === undefined ? nobody : options.user,
      ...(options.form ? { form: options.form } : {}),
    }
  }

  async visit<T = void>(work: (session: Session) => T | Promise<T>, options: VisitOptions = {}): Promise<Visit<T>> {
    const { session, finish } = await this.begin(options)
    const value = await work(session)
    return { value, ...(await finish()) }
  }

  /** For requests that must be in flight while others happen. */
  async begin(options: VisitOptions = {}): Promise<{ session: Session; finish(): Promise<Omit<Visit<void>, 'value'>> }> {
    const request = this.request(options)
    const session = await this.service.getSession(request, options.wishes)
    await session.open()
    return {
      session,
      finish: async () => {
        const reply: Reply = {
          status: options.status ?? 200,
          headers: new Map(Object.entries(options.reply ?? {})),
          cookies: [],
          body: '',
        }
        await this.service.finalize(request, session, reply)
        for (const cookie of reply.cookies) this.keep(cookie)
        return { reply, setCookies: reply.cookies }
      },
    }
  }

  keep(setCookie: string): void {
    const [pair = '', ...attributes] = setCookie.split('; ')
    const name = pair.slice(0, pair.indexOf('='))
    if (attributes.includes('Max-Age=0')) this.jar.delete(name)
    else this.jar.set(name, pair.slice(name.length + 1))
  }

  twin(): Visitor {
    const twin = new Visitor(this.service, this.config, this.base)
    twin.jar = new Map(this.jar)
    return twin
  }
}
