import { badCookie } from '../api/errors.ts'

/** Longest life a browser grants a cookie: 400 days (RFC 6265bis, 5.5). Seconds. */
export const longestCookieLife = 34_560_000

/** Name and value together, in bytes (RFC 6265bis, 5.6). A browser drops a larger cookie without a word. */
export const largestCookie = 4096

const nothing: readonly string[] = []

/**
 * Every value sent under each name, in the order sent: a browser that holds two cookies of one name sends both, the more
 * specific path first, and a server that looks only at the first can be locked out by a stale one.
 * Whatever is not a cookie is skipped; values are taken as they are, without a pair of surrounding quotes.
 */
export function cookieValues(header: string | undefined): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  if (!header) return found
  eachCookie(header, (name, value) => {
    const values = found.get(name)
    if (values) values.push(value)
    else found.set(name, [value])
  })
  return found
}

/** `cookieValues(header).get(name)`, without a word about the others. */
export function valuesOfCookie(header: string | undefined, name: string): readonly string[] {
  if (header === undefined) return nothing
  let found: readonly string[] = nothing
  let at = header.indexOf(name)
  while (at !== -1) {
    const equals = at + name.length
    // Right after the start, a `;` or a blank: else it is the end of a longer name, or inside a value.
    if (header.charCodeAt(equals) === 61 && startsCookie(header, at)) {
      const end = header.indexOf(';', equals)
      const value = unquoted(header.slice(equals + 1, end === -1 ? undefined : end).trim())
      found = found === nothing ? [value] : [...found, value]
    }
    at = header.indexOf(name, equals)
  }
  return found
}

function startsCookie(header: string, at: number): boolean {
  let before = at - 1
  while (before >= 0 && (header.charCodeAt(before) === 32 || header.charCodeAt(before) === 9)) before--
  return before < 0 || header.charCodeAt(before) === 59
}

function eachCookie(header: string, tell: (name: string, value: string) => void): void {
  let start = 0
  while (start < header.length) {
    let end = header.indexOf(';', start)
    if (end === -1) end = header.length
    const equals = header.indexOf('=', start)
    if (equals !== -1 && equals < end) {
      const name = header.slice(start, equals).trim()
      if (name !== '') tell(name, unquoted(header.slice(equals + 1, end).trim()))
    }
    start = end + 1
  }
}

function unquoted(value: string): string {
  return value.length >= 2 && value.charCodeAt(0) === 34 && value.charCodeAt(value.length - 1) === 34 ? value.slice(1, -1) : value
}

/** What goes with a cookie. */
export interface CookieAttributes {
  readonly path?: string
  /** null or left out: this host alone. A leading dot is dropped, as browsers do. */
  readonly domain?: string | null
  /** Seconds, at most 400 days; 0 removes the cookie; left out: until the browser is closed. */
  readonly maxAge?: number
  readonly secure?: boolean
  readonly httpOnly?: boolean
  readonly sameSite?: 'lax' | 'strict' | 'none'
}

/**
 * One `Set-Cookie` value. Throws a WikiError `bad-cookie` for anything a browser would drop or misread: a name that is no
 * token, control characters, more than 4096 bytes, a prefix whose rules are broken, `SameSite=None` without `Secure`.
 */
export function serializeCookie(name: string, value: string, attributes: CookieAttributes = {}): string {
  const { maxAge } = attributes
  const tail = cookieTail(name, attributes)
  if (!/^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/.test(value)) {
    throw badCookie(name, 'its value holds blanks, quotes, commas, semicolons, backslashes or characters beyond ASCII')
  }
  if (name.length + value.length > largestCookie) {
    throw badCookie(name, `name and value take ${name.length + value.length} bytes and browsers keep ${largestCookie}`)
  }
  return `${name}=${value}${maxAge === undefined ? '' : maxAgeText(maxAge)}${tail}`
}

/** Everything of a cookie after value and Max-Age, checked; made once by whoever sends many. */
export function cookieTail(name: string, attributes: Omit<CookieAttributes, 'maxAge'>): string {
  const { path = '/', httpOnly = true, secure = false, sameSite = 'lax' } = attributes
  const domain = attributes.domain ? attributes.domain.replace(/^\./, '').toLowerCase() : null
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) throw badCookie(name, 'its name is no plain word (letters, digits, - _ .)')
  if (!/^\/[\x20-\x3a\x3c-\x7e]*$/.test(path) || path.length > 1024) {
    throw badCookie(name, `its path ${JSON.stringify(path)} does not start with / or holds characters a path cannot have`)
  }
  if (domain !== null && (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(domain) || domain.length > 253)) {
    throw badCookie(name, `its domain ${JSON.stringify(attributes.domain)} is no host name`)
  }
  // Browsers compare prefixes without regard to case.
  const lower = name.toLowerCase()
  if (lower.startsWith('__secure-') && !secure) throw badCookie(name, 'the prefix __Secure- needs Secure')
  if (lower.startsWith('__host-') && !(secure && domain === null && path === '/')) {
    throw badCookie(name, 'the prefix __Host- needs Secure, the path / and no domain')
  }
  if (sameSite === 'none' && !secure) throw badCookie(name, 'SameSite=None needs Secure: use https or set cookieSecure')
  return (
    `; Path=${path}` +
    (domain === null ? '' : `; Domain=${domain}`) +
    (secure ? '; Secure' : '') +
    (httpOnly ? '; HttpOnly' : '') +
    (sameSite === 'lax' ? '; SameSite=Lax' : sameSite === 'strict' ? '; SameSite=Strict' : '; SameSite=None')
  )
}

/** `; Max-Age=…`, capped where browsers cap it. Removal also carries the old `Expires`, for clients that know only that. */
export function maxAgeText(seconds: number): string {
  if (seconds <= 0) return '; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT'
  return `; Max-Age=${Math.min(Math.trunc(seconds), longestCookieLife)}`
}
