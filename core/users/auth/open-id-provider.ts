import type { ClientAuth, Configuration } from 'openid-client'
import { ConfigError } from '../../api/errors.ts'
import type { Identity } from '../../api/user-store.ts'

/** The provider, and what this wiki is to it. */
export interface OpenIdProviderOptions {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret?: string
  readonly scope?: string
  readonly parameters?: Readonly<Record<string, string>>
  readonly clockTolerance?: number
  readonly timeout?: number
}

/** What must be remembered until the browser is back. */
export interface OpenIdChecks {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/** Somebody of whom a provider has said, verifiably and to us, who they are. */
export interface OpenIdPerson {
  readonly identity: Identity
  readonly claims: Readonly<Record<string, unknown>>
  readonly idToken: string
}

/** Milliseconds after which a provider is asked anew where its pages and keys are. */
const discoveryAge = 24 * 3_600_000

/** One OpenID provider: authorization code with PKCE, state and nonce; id tokens are checked with the provider's keys. */
export class OpenIdProvider {
  readonly #options: OpenIdProviderOptions
  readonly #issuer: URL
  #discovered: { readonly configuration: Promise<Configuration>; readonly at: number } | null = null

  constructor(options: OpenIdProviderOptions) {
    this.#options = options
    this.#issuer = issuerUrl(options.issuer)
    if (typeof options.clientId !== 'string' || options.clientId === '')
      throw new ConfigError('auth', `OpenIdAuth needs the clientId that ${this.#issuer.host} gave this wiki`)
    if ('clientSecret' in options && !options.clientSecret)
      throw new ConfigError(
        'auth',
        'OpenIdAuth: the clientSecret is empty. Is the variable set that holds it? For a client without a secret leave it out',
      )
  }

  get host(): string {
    return this.#issuer.host
  }

  /** Where the browser is to go. */
  async begin(callbackUrl: string, state: string): Promise<{ url: string; checks: OpenIdChecks }> {
    const openId = await import('openid-client')
    const configuration = await this.#configuration()
    const checks = { state, nonce: openId.randomNonce(), verifier: openId.randomPKCECodeVerifier() }
    const url = openId.buildAuthorizationUrl(configuration, {
      ...this.#options.parameters,
      redirect_uri: callbackUrl,
      scope: this.#options.scope ?? 'openid profile email',
      state,
      nonce: checks.nonce,
      code_challenge: await openId.calculatePKCECodeChallenge(checks.verifier),
      code_challenge_method: 'S256',
    })
    return { url: url.href, checks }
  }

  /** Who it is that came back to `url`. `needed`: claims that are asked for when the id token lacks them. */
  async finish(url: URL, { state, nonce, verifier }: OpenIdChecks, needed: readonly string[]): Promise<OpenIdPerson> {
    const openId = await import('openid-client')
    const configuration = await this.#configuration()
    const tokens = await openId.authorizationCodeGrant(configuration, url, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    })
    const told = tokens.claims()
    // Cannot be: the grant fails without an id token.
    if (told === undefined) throw new TypeError('the provider sent no id token')
    const lacking = needed.some((claim) => told[claim] === undefined)
    const more =
      lacking && configuration.serverMetadata().userinfo_endpoint !== undefined
        ? await openId.fetchUserInfo(configuration, tokens.access_token, told.sub)
        : {}
    return {
      identity: { issuer: told.iss, subject: told.sub },
      claims: { ...more, ...told },
      idToken: tokens.id_token ?? '',
    }
  }

  /** Where people log out of the provider; null when it has no such address. */
  async logoutUrl(homeUrl: string, idToken: string | null): Promise<string | null> {
    const openId = await import('openid-client')
    const configuration = await this.#configuration()
    if (configuration.serverMetadata().end_session_endpoint === undefined) return null
    const wanted = new URLSearchParams({ post_logout_redirect_uri: homeUrl })
    if (idToken !== null) wanted.set('id_token_hint', idToken)
    return openId.buildEndSessionUrl(configuration, wanted).href
  }

  /** What the provider says of itself, asked for at the first log-in and kept; not kept when it cannot be had. */
  #configuration(): Promise<Configuration> {
    if (this.#discovered === null || performance.now() - this.#discovered.at > discoveryAge) {
      const configuration = this.#discover()
      this.#discovered = { configuration, at: performance.now() }
      configuration.catch(() => {
        this.#discovered = null
      })
    }
    return this.#discovered.configuration
  }

  async #discover(): Promise<Configuration> {
    const openId = await import('openid-client')
    const { clientId, clientSecret, clockTolerance = 30, timeout = 8 } = this.#options
    const authentication: ClientAuth =
      clientSecret === undefined
        ? openId.None()
        : (server, ...rest) => {
            // `client_secret_basic` is what a provider takes that says nothing (OpenID Connect Discovery, 3).
            const takes = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
            const way = takes.includes('client_secret_basic') ? openId.ClientSecretBasic : openId.ClientSecretPost
            return way(clientSecret)(server, ...rest)
          }
    const execute = [openId.enableNonRepudiationChecks]
    // Only on this very machine, see issuerUrl.
    if (this.#issuer.protocol === 'http:') execute.push(openId.allowInsecureRequests)
    return openId.discovery(this.#issuer, clientId, { [openId.clockTolerance]: clockTolerance }, authentication, {
      execute,
      timeout,
    })
  }
}

function issuerUrl(issuer: string): URL {
  const url = URL.canParse(issuer) ? new URL(issuer) : null
  const isHere = url !== null && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isHere)) return url
  throw new ConfigError('auth', `OpenIdAuth: the issuer must be an https address, not ${JSON.stringify(issuer)}`)
}
