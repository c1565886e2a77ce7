import type { AuthMethod, AuthRequest, LoginResult, LoginStep, LogoutResult } from '../../api/auth.ts'
import type { Identity } from '../../api/user-store.ts'
import { type OpenIdChecks, type OpenIdPerson, OpenIdProvider, type OpenIdProviderOptions } from './open-id-provider.ts'
import { type OpenIdProblem, openIdProblem } from './open-id-problem.ts'

/** What `OpenIdAuth` must and can be told. */
export interface OpenIdOptions extends OpenIdProviderOptions {
  /** `openid` unless said otherwise: part of the address to be registered with the provider, `https://wiki.example.org/+login/openid`. */
  readonly name?: string
  /** What the button says behind "Log in with"; left out: the provider's host. */
  readonly label?: string
  /** Make an account for whoever the provider knows and this wiki does not. */
  readonly autocreate?: boolean
  /**
   * Let the owner of an address that the provider has verified into the account with that address. Only for providers that do verify.
   *
   * Warning: the wiki never verified the addresses of its accounts. Whoever may register or change their preferences can give an account the
   * address of somebody who is to come, who is then led into it by the first log-in, and shares it with whoever knows its password.
   */
  readonly linkByEmail?: boolean
  /** Which claims are the name, the address and the name to be shown of a new account. */
  readonly claims?: { readonly name?: string; readonly email?: string; readonly aliasName?: string }
  /** False turns somebody away, whatever else fits. */
  readonly accept?: (claims: Readonly<Record<string, unknown>>) => boolean
  /** False: logging out here leaves the provider's session alone. */
  readonly logout?: boolean
}

/**
 * Logging in by OpenID Connect: the provider asks who somebody is. An account belongs to the provider's own, unchanging name of a
 * person; names and addresses can change hands there, so they are never enough (see `linkByEmail`).
 */
export class OpenIdAuth implements AuthMethod {
  readonly name: string
  readonly loginInputs = [] as const
  readonly loginButton: string
  readonly #options: OpenIdOptions
  readonly #provider: OpenIdProvider
  readonly #claims: { readonly name: string; readonly email: string; readonly aliasName: string }

  constructor(options: OpenIdOptions) {
    this.#options = options
    this.#provider = new OpenIdProvider(options)
    this.name = options.name ?? 'openid'
    this.loginButton = options.label ?? this.#provider.host
    this.#claims = { name: 'preferred_username', email: 'email', aliasName: 'name', ...options.claims }
  }

  async login(request: AuthRequest): Promise<LoginResult> {
    try {
      const { url, checks } = await this.#provider.begin(request.callbackUrl, request.stepId)
      return { do: 'redirect', url, state: checks }
    } catch (error) {
      return this.#failed(request, error)
    }
  }

  async continueLogin(request: AuthRequest, { state, values, url }: LoginStep): Promise<LoginResult> {
    // The state is our own, from `login` or from `#create`.
    if ('identity' in (state as object)) return this.#create(request, state as NewPerson, values.get('name') ?? '')
    const error = values.get('error')
    if (error !== null) return this.#notLoggedIn(request, error)
    let person: OpenIdPerson
    try {
      const { name, email } = this.#claims
      person = await this.#provider.finish(new URL(request.callbackUrl + url.search), state as OpenIdChecks, [name, email])
    } catch (problem) {
      return this.#failed(request, problem)
    }
    return this.#accountOf(request, person)
  }

  async logout(request: AuthRequest, kept: unknown): Promise<LogoutResult> {
    if (this.#options.logout === false) return {}
    try {
      const redirect = await this.#provider.logoutUrl(request.homeUrl, typeof kept === 'string' ? kept : null)
      return redirect === null ? {} : { redirect }
    } catch (error) {
      // Whoever wants to log out is logged out here at least.
      request.warn({ method: this.name, problem: openIdProblem(error).note }, 'no log-out at the provider')
      return {}
    }
  }

  async #accountOf(request: AuthRequest, { identity, claims, idToken: keep }: OpenIdPerson): Promise<LoginResult> {
    const { accounts, linkTo } = request
    const { autocreate, linkByEmail, accept } = this.#options
    const label = this.loginButton
    if (accept !== undefined && !accept(claims))
      return refuse(request.t('{label} knows you, but this wiki is not open to you.', { label }))
    const known = await accounts.byIdentity(identity)
    if (known !== null) return { do: 'login', user: known.id, keep }
    if (linkTo !== null) return this.#link(request, linkTo, identity, keep)
    const email = textOf(claims[this.#claims.email])
    if (linkByEmail === true && email !== '' && claims['email_verified'] === true) {
      const owner = await accounts.byEmail(email)
      if (owner !== null) return this.#link(request, owner.id, identity, keep)
    }
    if (autocreate !== true)
      return refuse(
        request.t(
          '{label} knows you, but no account of this wiki is connected with it. If you have one, log in to it and connect them; otherwise ask whoever looks after this wiki.',
          { label },
        ),
      )
    const aliasName = textOf(claims[this.#claims.aliasName])
    return this.#create(request, { identity, email, aliasName, keep }, textOf(claims[this.#claims.name]))
  }

  async #link(request: AuthRequest, user: string, identity: Identity, keep: string): Promise<LoginResult> {
    if (await request.accounts.link(user, identity)) return { do: 'login', user, keep }
    return refuse(request.t('Another account logs in there with this already. Log in with that one.'), 409)
  }

  /** A name that is somebody else's here, or none that can be used, is asked for. */
  async #create(request: AuthRequest, person: NewPerson, name: string): Promise<LoginResult> {
    const { identity, email, aliasName, keep } = person
    const made = await request.accounts.create({ name, email, aliasName, identity })
    if ('user' in made) return { do: 'login', user: made.user, keep }
    // The same log-in in another tab may have been faster.
    const known = await request.accounts.byIdentity(identity)
    if (known !== null) return { do: 'login', user: known.id, keep }
    return {
      do: 'form',
      state: person,
      title: request.t('Choose a name'),
      text: request.t('This is your first time here. Under which name shall this wiki know you?'),
      inputs: [{ name: 'name', label: request.t('Name'), value: name, autocomplete: 'username' }],
      message: made.problem,
    }
  }

  #notLoggedIn(request: AuthRequest, error: string): LoginResult {
    const label = this.loginButton
    if (error === 'access_denied')
      return refuse(request.t('You did not log in with {label}. Try again, or log in another way.', { label }))
    request.warn({ method: this.name, problem: error.slice(0, 100) }, 'the provider refused a log-in')
    return refuse(request.t('{label} did not let you log in. Try again later, or log in another way.', { label }))
  }

  #failed(request: AuthRequest, error: unknown): LoginResult {
    const { problem, note } = openIdProblem(error)
    request.warn({ method: this.name, problem: note }, `log-in with ${this.loginButton} failed: ${problem}`)
    return refuse(wordsFor(problem, request, { label: this.loginButton }), problem === 'used' ? 400 : 502)
  }
}

const refuse = (message: string, status = 403): LoginResult => ({ do: 'cancel', message, status })

/** Somebody who is known for certain and has no account here yet. */
interface NewPerson {
  readonly identity: Identity
  readonly email: string
  readonly aliasName: string
  /** The id token: providers want to see it at the log-out. */
  readonly keep: string
}

function wordsFor(problem: OpenIdProblem, request: AuthRequest, values: { label: string }): string {
  switch (problem) {
    case 'down':
      return request.t('{label} does not answer at the moment. Please try again later, or log in another way.', values)
    case 'refuses-wiki':
      return request.t('{label} does not accept this wiki. Please tell whoever looks after it, or log in another way.', values)
    case 'used':
      return request.t('This log-in with {label} is over already or took too long. Please begin again.', values)
    case 'not-verified':
      return request.t('What {label} said about you could not be verified. Nobody was logged in; please begin again.', values)
  }
}

function textOf(claim: unknown): string {
  return typeof claim === 'string' ? claim : ''
}
