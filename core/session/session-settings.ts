import { hash } from 'node:crypto'
import { sessionOption } from '../api/errors.ts'
import type { SessionConfig, SessionKind, SessionTransport, SessionWishes } from '../api/session.ts'
import { cookieTail } from '../http/cookies.ts'
import { lifetimesOf, renewAfter } from './lifetimes.ts'
import type { Lifetimes } from './lifetimes.ts'
import { TokenSigner } from './token.ts'

/** A wiki's options, made ready for use: computed once for each config, scheme and wish. */
export interface SessionSettings {
  /** Which wikis share these sessions: those with the same cookie name, domain and path. Part of every signature. */
  readonly realm: string
  readonly cookieName: string
  /** What follows value and Max-Age in Set-Cookie. */
  readonly cookieTail: string
  readonly cookiePath: string
  readonly cookieSecure: boolean
  /** Without leading dot; null: this host alone. */
  readonly cookieDomain: string | null
  /** Seconds, 0 = none of that kind. */
  readonly lifetimes: Lifetimes
  /** Milliseconds after which a cookie in use is renewed. */
  readonly renewAfter: Readonly<Record<SessionKind, number>>
  readonly signer: TokenSigner
  readonly atOnce: boolean
  readonly transports: readonly SessionTransport[] | null
}

/** Makes and remembers settings. A config is known by its object: a wiki's config is made once and never changed. */
export class SettingsShelf {
  #shelf = new WeakMap<SessionConfig, Map<string, SessionSettings>>()
  #signers = new Map<string, TokenSigner>()
  // The last answer: most servers have one wiki and one scheme.
  #lastConfig: SessionConfig | null = null
  #lastSecure = false
  #last: SessionSettings | null = null

  settingsFor(config: SessionConfig, secure: boolean, wishes?: SessionWishes): SessionSettings {
    if (wishes === undefined && config === this.#lastConfig && secure === this.#lastSecure && this.#last !== null)
      return this.#last
    let variants = this.#shelf.get(config)
    if (variants === undefined) this.#shelf.set(config, (variants = new Map()))
    const name = wishes === undefined ? String(secure) : JSON.stringify([secure, wishes.path, wishes.expire])
    let settings = variants.get(name)
    if (settings === undefined) variants.set(name, (settings = this.#make(config, secure, wishes ?? {})))
    if (wishes === undefined) {
      this.#lastConfig = config
      this.#lastSecure = secure
      this.#last = settings
    }
    return settings
  }

  #make(config: SessionConfig, bySecure: boolean, wishes: SessionWishes): SessionSettings {
    const secure = config.cookieSecure ?? bySecure
    const path = wishes.path ?? (config.cookiePath || '/')
    const domain = config.cookieDomain ? config.cookieDomain.replace(/^\./, '').toLowerCase() : null
    const plainName = plainCookieName(config)
    const cookieName = prefixed(plainName + (wishes.path === undefined ? '' : `_${short(wishes.path)}`), secure, domain, path)
    // A session of its own below a path belongs to the wiki's: whoever ends all of the wiki's ends it, too.
    const wikiRealm = `${plainName};${domain ?? ''};${config.cookiePath || '/'}`
    const realm = wishes.path === undefined ? wikiRealm : `${wikiRealm};${wishes.path}`
    const lifetimes = lifetimesOf(config, wishes)
    let tail: string
    try {
      tail = cookieTail(cookieName, {
        path,
        domain,
        secure,
        httpOnly: config.cookieHttpOnly,
        sameSite: config.cookieSameSite,
      })
    } catch (error) {
      throw sessionOption(
        'cookieName, cookieDomain, cookiePath, cookieSameSite',
        error instanceof Error ? error.message : String(error),
      )
    }
    const transports = config.sessionTransports
    return {
      realm,
      cookieName,
      cookieTail: tail,
      cookiePath: path,
      cookieSecure: secure,
      cookieDomain: domain,
      lifetimes,
      renewAfter: {
        anonymous: renewAfter(lifetimes.anonymous) * 1000,
        user: renewAfter(lifetimes.user) * 1000,
        remembered: renewAfter(lifetimes.remembered) * 1000,
      },
      signer: this.#signer(realm, config.secrets),
      atOnce: config.anonymousStart === 'at-once',
      transports: transports?.some((transport) => transport !== 'cookie') ? transports : null,
    }
  }

  /** One signer for a realm, http and https together: what it has checked once it need not check again. */
  #signer(realm: string, secrets: readonly string[]): TokenSigner {
    const name = JSON.stringify([realm, secrets])
    let signer = this.#signers.get(name)
    if (signer === undefined) this.#signers.set(name, (signer = new TokenSigner(realm, secrets)))
    return signer
  }
}

/**
 * MoinMoin put port and mount path into the name, so that moving a wiki logged everybody out. Here the name carries the
 * wiki's name and the installation's, which stay; two installations on one host (cookies know no ports) still differ.
 */
function plainCookieName(config: SessionConfig): string {
  if (config.cookieName !== null && config.cookieName !== undefined) return config.cookieName
  const installation = config.installation ?? config.secrets[config.secrets.length - 1] ?? ''
  return `servus_${config.siteId.replace(/[^A-Za-z0-9_-]/g, '_')}_${short(`installation ${installation}`)}`
}

/** Over https a prefix makes the browser itself refuse forgeries by neighbours (RFC 6265bis, 4.1.3). */
function prefixed(name: string, secure: boolean, domain: string | null, path: string): string {
  if (!secure || /^__(host|secure)-/i.test(name)) return name
  return (domain === null && path === '/' ? '__Host-' : '__Secure-') + name
}

const short = (text: string): string => hash('sha256', text, 'hex').slice(0, 6)
