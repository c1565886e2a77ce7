/** Keeps cookies as a browser does: by name, domain and path, within their lifetime. */
export class CookieJar {
  readonly #cookies = new Map<string, KeptCookie>()
  readonly #now: () => number

  /** `now` in milliseconds. */
  constructor(now: () => number = () => Date.now()) {
    this.#now = now
  }

  /** Takes the `Set-Cookie` values of an answer from `url`. */
  store(setCookies: readonly string[], url: URL): void {
    for (const line of setCookies) {
      const [pair = '', ...attributes] = line.split(/;\s*/)
      const name = pair.slice(0, pair.indexOf('='))
      const value = pair.slice(pair.indexOf('=') + 1)
      const told = new Map(
        attributes.map((attribute) => [
          attribute.split('=')[0]?.toLowerCase() ?? '',
          attribute.slice(attribute.indexOf('=') + 1),
        ]),
      )
      const domain = told.get('domain')?.replace(/^\./, '').toLowerCase() ?? null
      // A domain of one label may be a whole country's: only a host of that very name may set it.
      const isWithin = domain?.includes('.') === true && url.hostname.endsWith(`.${domain}`)
      if (domain !== null && url.hostname !== domain && !isWithin) continue
      const path = told.get('path') ?? '/'
      const key = `${name}\n${domain ?? url.hostname}\n${path}`
      const maxAge = told.get('max-age')
      const secure = told.has('secure')
      if (secure && url.protocol !== 'https:') continue
      if (maxAge !== undefined && Number(maxAge) <= 0) this.#cookies.delete(key)
      else
        this.#cookies.set(key, {
          name,
          value,
          domain,
          host: url.hostname,
          path,
          secure,
          ends: maxAge === undefined ? Number.POSITIVE_INFINITY : this.#now() + Number(maxAge) * 1000,
        })
    }
  }

  /** The `Cookie` field for a request to `url`; '' when there is none. */
  header(url: URL): string {
    return this.for(url)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
  }

  /** The cookies that a request to `url` carries. */
  for(url: URL): readonly KeptCookie[] {
    return [...this.#cookies.values()].filter(
      (cookie) =>
        cookie.ends > this.#now() &&
        (cookie.domain === null
          ? cookie.host === url.hostname
          : url.hostname === cookie.domain || url.hostname.endsWith(`.${cookie.domain}`)) &&
        (url.pathname === cookie.path || url.pathname.startsWith(cookie.path.endsWith('/') ? cookie.path : `${cookie.path}/`)) &&
        (!cookie.secure || url.protocol === 'https:'),
    )
  }

  clear(): void {
    this.#cookies.clear()
  }
}

/** A cookie as a browser keeps it. `ends` in milliseconds since 1970, `Infinity` for one that ends with the browser. */
export interface KeptCookie {
  readonly name: string
  readonly value: string
  readonly domain: string | null
  readonly host: string
  readonly path: string
  readonly secure: boolean
  readonly ends: number
}
