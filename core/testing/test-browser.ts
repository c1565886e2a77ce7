import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { CookieJar } from './cookie-jar.ts'

/** What came back. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly setCookies: readonly string[]
  readonly url: URL
}

/** What goes along with a request. */
export interface SendOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly method?: string
  readonly body?: string | Uint8Array
  /** False: redirects are answers like any other. */
  readonly follow?: boolean
}

/** A browser for tests: a cookie jar, redirects, forms. It talks to a real server over loopback, whatever host name it is told. */
export class TestBrowser {
  readonly jar: CookieJar
  readonly #port: number
  readonly #host: string

  /** `host`: the name that relative addresses belong to; names are not looked up, everything goes to this machine. */
  constructor(port: number, options: { host?: string; now?: () => number } = {}) {
    this.#port = port
    this.#host = options.host ?? `127.0.0.1:${port}`
    this.jar = new CookieJar(options.now)
  }

  get(address: string, options: SendOptions = {}): Promise<Answer> {
    return this.send(address, options)
  }

  /** Sends a form as a browser on this site would. */
  post(address: string, fields: Readonly<Record<string, string>>, options: SendOptions = {}): Promise<Answer> {
    const url = this.#url(address)
    return this.send(address, {
      method: 'POST',
      body: new URLSearchParams(fields).toString(),
      ...options,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: url.origin,
        'sec-fetch-site': 'same-origin',
        ...options.headers,
      },
    })
  }

  /** Opens the page at `form`, takes the ticket and the hidden fields of its form that posts, and sends it with these fields to where it points. */
  async submit(form: string, fields: Readonly<Record<string, string>>, options: SendOptions = {}): Promise<Answer> {
    const page = await this.get(form)
    const found =
      forms(page.text).find(
        (candidate) => candidate.method === 'post' && Object.keys(fields).every((name) => candidate.names.includes(name)),
      ) ?? forms(page.text).find((candidate) => candidate.method === 'post' && !/action=logout/.test(candidate.action))
    if (found === undefined) throw new Error(`the page at ${form} (status ${page.status}) has no form that posts`)
    return this.post(new URL(found.action, page.url).href, { ...found.hidden, ...fields }, options)
  }

  async send(address: string, options: SendOptions = {}): Promise<Answer> {
    let url = this.#url(address)
    let { method = 'GET', body } = options
    for (let hops = 0; ; hops++) {
      const answer = await this.#once(url, method, body, options.headers ?? {})
      this.jar.store(answer.setCookies, url)
      const location = answer.headers.location
      if (options.follow === false || location === undefined || answer.status < 300 || answer.status > 399) return answer
      if (hops === 10) throw new Error(`redirected too often, at last to ${location}`)
      url = new URL(location, url)
      if (answer.status === 303 || method === 'POST') {
        method = 'GET'
        body = undefined
      }
    }
  }

  #url(address: string): URL {
    return new URL(address, `http://${this.#host}`)
  }

  #once(
    url: URL,
    method: string,
    body: string | Uint8Array | undefined,
    headers: Readonly<Record<string, string>>,
  ): Promise<Answer> {
    const cookie = this.jar.header(url)
    return new Promise((resolve, reject) => {
      const sent = httpRequest(
        {
          host: '127.0.0.1',
          port: this.#port,
          method,
          path: url.pathname + url.search,
          headers: {
            host: url.host,
            ...(cookie === '' ? {} : { cookie }),
            ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
            ...headers,
          },
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text: Buffer.concat(chunks).toString('utf8'),
              setCookies: response.headers['set-cookie'] ?? [],
              url,
            }),
          )
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  }
}

interface FoundForm {
  readonly method: string
  readonly action: string
  readonly hidden: Readonly<Record<string, string>>
  readonly names: readonly string[]
}

/** The forms of a page, as far as a test needs them. */
export function forms(page: string): readonly FoundForm[] {
  return [...page.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, attributes = '', inside = '']) => {
    const fields = [...inside.matchAll(/<(?:input|textarea|select|button)\b([^>]*)>/g)].map(([, field = '']) => field)
    const hidden = fields.filter((field) => attribute(field, 'type') === 'hidden')
    return {
      method: (attribute(attributes, 'method') ?? 'get').toLowerCase(),
      action: attribute(attributes, 'action') ?? '',
      hidden: Object.fromEntries(hidden.map((field) => [attribute(field, 'name') ?? '', attribute(field, 'value') ?? ''])),
      names: fields.flatMap((field) => attribute(field, 'name') ?? []),
    }
  })
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1]
  return value?.replace(/&(?:#x([0-9A-F]+)|#(\d+)|(\w+));/gi, (_, hex: string, decimal: string, word: string) => {
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16))
    if (decimal) return String.fromCodePoint(Number(decimal))
    return ({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" } as Record<string, string>)[word] ?? `&${word};`
  })
}
