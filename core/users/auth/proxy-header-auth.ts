import type { AuthMethod, AuthRequest, LogoutResult } from '../../api/auth.ts'
import { tidyUserName } from '../user-name.ts'

/** What `ProxyHeaderAuth` can be told. */
export interface ProxyHeaderOptions {
  /** `given` unless said otherwise, MoinMoin's name: its users belong to the group Trusted. */
  readonly name?: string
  /** The field with the name of whom the proxy let in. */
  readonly header?: string
  /** Fields for new accounts. */
  readonly emailHeader?: string
  readonly aliasHeader?: string
  /** Make an account for names that have none. */
  readonly autocreate?: boolean
  /** `ada@example.org` is `ada`. */
  readonly stripMailDomain?: boolean
  /** `EXAMPLE\ada` is `ada`. */
  readonly stripWindowsDomain?: boolean
  /** `ada lovelace` is `Ada Lovelace`. */
  readonly titlecase?: boolean
  /** `Ada Lovelace` is `AdaLovelace`. */
  readonly removeBlanks?: boolean
  /** Where the proxy logs people out; without it nobody can log out here. */
  readonly logoutUrl?: string
}

/**
 * The server in front of the wiki has asked who somebody is, and says so in a field of the request: MoinMoin's `GivenAuth`. Believed
 * only from `trustedProxies`; that proxy must take the field away from what visitors send.
 */
export class ProxyHeaderAuth implements AuthMethod {
  readonly name: string
  readonly loginInputs = [] as const
  readonly needsTrustedProxy = true
  readonly #options: ProxyHeaderOptions
  readonly #header: string

  constructor(options: ProxyHeaderOptions = {}) {
    this.#options = options
    this.name = options.name ?? 'given'
    this.#header = (options.header ?? 'X-Remote-User').toLowerCase()
  }

  loginHint(request: AuthRequest): string {
    return request.t(
      'The server in front of this wiki says who you are: perhaps you are logged in there by another name, or not at all.',
    )
  }

  async request(request: AuthRequest): Promise<string | null> {
    if (request.viaTrustedProxy !== true) return null
    const name = this.#nameOf(request)
    if (name === '') return null
    const known = await request.accounts.byName(name)
    if (known !== null) return known.id
    return this.#options.autocreate === true ? this.#create(request, name) : null
  }

  async logout(request: AuthRequest): Promise<LogoutResult> {
    const { logoutUrl } = this.#options
    if (logoutUrl !== undefined) return { redirect: logoutUrl }
    return { refused: request.t('The server in front of this wiki says who you are. Log out there.') }
  }

  #nameOf({ headers }: AuthRequest): string {
    const { stripMailDomain, stripWindowsDomain, titlecase, removeBlanks } = this.#options
    let name = tidyUserName(asText(headers[this.#header]))
    // Two fields of one name are one text here: one of them was the visitor's.
    if (name.includes(',')) return ''
    if (stripWindowsDomain === true) name = name.replace(/^.*\\/, '')
    if (stripMailDomain === true) name = name.replace(/@.*$/, '')
    if (titlecase === true) name = name.toLowerCase().replace(/(?<![\p{L}\p{N}'])\p{L}/gu, (letter) => letter.toUpperCase())
    return removeBlanks === true ? name.replaceAll(' ', '') : name
  }

  async #create(request: AuthRequest, name: string): Promise<string | null> {
    const { emailHeader = '', aliasHeader = '' } = this.#options
    const made = await request.accounts.create({
      name,
      email: asText(request.headers[emailHeader.toLowerCase()]),
      aliasName: asText(request.headers[aliasHeader.toLowerCase()]),
      vouched: true,
    })
    if ('user' in made) return made.user
    // A request beside this one may have been faster.
    const other = await request.accounts.byName(name)
    if (other === null) request.warn({ method: this.name, name, problem: made.problem }, 'no account could be made')
    return other?.id ?? null
  }
}

/** Fields of a request are bytes, which Node hands out one letter each; proxies write UTF-8. */
function asText(field: string | undefined): string {
  if (field === undefined) return ''
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(field, 'latin1')).trim()
  } catch {
    return field.trim()
  }
}
