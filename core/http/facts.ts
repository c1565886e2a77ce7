import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { badRequest, badUrl } from '../api/errors.ts'
import type { RequestFacts } from '../api/request-facts.ts'
import { cookieValues } from './cookies.ts'
import type { ProxyTrust } from './proxy-trust.ts'

/** The facts of one request, each worked out when first asked for. */
export class Facts implements RequestFacts {
  readonly method: string
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Path and query as sent. */
  readonly target: string
  readonly secure: boolean
  readonly remoteAddress: string
  readonly origin: string
  readonly viaTrustedProxy: boolean
  #id = ''
  #url: URL | null = null
  #cookies: ReadonlyMap<string, string> | null = null
  #values: ReadonlyMap<string, readonly string[]> | null = null

  constructor(message: IncomingMessage, trust: ProxyTrust) {
    this.method = message.method ?? 'GET'
    // Node joins repeated fields by ', ' and keeps the first of the rest; only set-cookie is a list, and no request has it.
    this.headers = message.headers as Record<string, string | undefined>
    this.target = message.url ?? '/'
    const peer = message.socket.remoteAddress ?? ''
    const encrypted = (message.socket as Partial<TLSSocket>).encrypted === true
    let host = this.headers['host'] ?? ''
    let secure = encrypted
    let address = peer
    this.viaTrustedProxy = trust.active && trust.trusts(peer)
    if (this.viaTrustedProxy) {
      const told = trust.told(this.headers, peer)
      host = told.host ?? host
      secure = told.secure ?? secure
      address = told.address
    }
    if (host !== '' && !hostShape.test(host)) throw badRequest('The Host field of this request is no host name.')
    this.secure = secure
    this.remoteAddress = address
    this.origin = `${secure ? 'https' : 'http'}://${host === '' ? 'localhost' : host.toLowerCase()}`
  }

  get id(): string {
    this.#id ||= randomUUID().slice(0, 13)
    return this.#id
  }

  get url(): URL {
    if (this.#url === null) {
      // A target like //evil.example/x is a path here, never another host.
      const target = this.target.startsWith('/') ? this.target : `/${this.target.replace(/^[a-z]+:\/\/[^/]*\/?/i, '')}`
      try {
        this.#url = new URL(this.origin + target)
      } catch (cause) {
        throw Object.assign(badUrl(), { cause })
      }
    }
    return this.#url
  }

  get cookies(): ReadonlyMap<string, string> {
    if (this.#cookies === null) {
      const first = new Map<string, string>()
      for (const [name, values] of this.#cookieLists()) if (values[0] !== undefined) first.set(name, values[0])
      this.#cookies = first
    }
    return this.#cookies
  }

  cookieValues(name: string): readonly string[] {
    return this.headers['cookie'] === undefined ? none : (this.#cookieLists().get(name) ?? none)
  }

  #cookieLists(): ReadonlyMap<string, readonly string[]> {
    this.#values ??= cookieValues(this.headers['cookie'])
    return this.#values
  }
}

const none: readonly string[] = []
const hostShape = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i
