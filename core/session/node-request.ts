import type { IncomingMessage } from 'node:http'
import type { SessionConfig, SessionRequest, SessionUser } from '../api/session.ts'
import { cookieValues, valuesOfCookie } from '../http/cookies.ts'

/** A request of node:http as a session service sees it. Everything is worked out when it is asked for, since most is not. */
export class NodeRequest implements SessionRequest {
  readonly config: SessionConfig
  readonly user: SessionUser | null
  readonly #message: IncomingMessage
  readonly #trustProxy: boolean

  constructor(message: IncomingMessage, config: SessionConfig, user: SessionUser | null, trustProxy: boolean) {
    this.#message = message
    this.config = config
    this.user = user
    this.#trustProxy = trustProxy
  }

  get id(): string {
    return this.#header('x-request-id') ?? ''
  }

  get method(): string {
    return this.#message.method ?? 'GET'
  }

  get url(): URL {
    // Only the host's name and the query are ever used; an address that is none must not end the request.
    const origin = `${this.secure ? 'https' : 'http'}://${this.#message.headers.host ?? 'localhost'}`
    try {
      return new URL(`${origin}${this.#message.url ?? '/'}`)
    } catch {
      return new URL('http://localhost/')
    }
  }

  get headers(): Readonly<Record<string, string | undefined>> {
    // Lists (Set-Cookie alone) do not come with requests.
    return this.#message.headers as Record<string, string | undefined>
  }

  get cookies(): ReadonlyMap<string, string> {
    const first = new Map<string, string>()
    for (const [name, values] of cookieValues(this.#header('cookie'))) first.set(name, values[0] ?? '')
    return first
  }

  cookieValues(name: string): readonly string[] {
    return valuesOfCookie(this.#cookieHeader(), name)
  }

  get secure(): boolean {
    if (this.#trustProxy && this.#header('x-forwarded-proto')?.split(',')[0]?.trim() === 'https') return true
    return 'encrypted' in this.#message.socket && this.#message.socket.encrypted === true
  }

  get remoteAddress(): string {
    return (
      (this.#trustProxy ? this.#header('x-forwarded-for')?.split(',').pop()?.trim() : undefined) ??
      this.#message.socket.remoteAddress ??
      ''
    )
  }

  #header(name: string): string | undefined {
    const value = this.#message.headers[name]
    return Array.isArray(value) ? value[0] : value
  }

  /** Node makes `headers` from the raw list when first asked; for one field the list itself is quicker. */
  #cookieHeader(): string | undefined {
    const { rawHeaders } = this.#message
    let found: string | undefined
    for (let n = 0; n < rawHeaders.length; n += 2) {
      const name = rawHeaders[n] as string
      if (name.length === 6 && name.toLowerCase() === 'cookie')
        found = found === undefined ? rawHeaders[n + 1] : `${found}; ${rawHeaders[n + 1]}`
    }
    return found
  }
}
