import type { Log, People } from '../../api/action.ts'
import type { AuthMethod, LogoutResult } from '../../api/auth.ts'
import type { WikiConfig } from '../../api/config.ts'
import type { WikiEvents } from '../../api/events.ts'
import type { SessionService, SessionUser, Soon } from '../../api/session.ts'
import type { User } from '../../api/user.ts'
import type { UserRecord, UserStore } from '../../api/user-store.ts'
import type { Clock } from '../../base/clock.ts'
import { RandomIds } from '../../base/random-id.ts'
import { cannotBeSignedIn, type SignedIn, signedIn } from '../../session/index.ts'
import { SignInLimits } from '../../users/password-login.ts'
import type { PasswordHasher } from '../../users/passwords/password-hasher.ts'
import { LogIns } from './log-ins.ts'
import { LoginSteps, type PendingUser } from './login-steps.ts'
import { OwnAccount } from './own-account.ts'
import { SignInMethods } from './sign-in-methods.ts'
import type { Superusers } from './superusers.ts'
import { toUser, type Circumstances } from '../../users/to-user.ts'
import type { Visit } from '../wiki-request.ts'

/** What the accounts of one wiki are made of. */
export interface AccountParts {
  readonly config: Readonly<WikiConfig>
  readonly users: UserStore
  readonly sessions: SessionService
  readonly clock: Clock
  readonly log: Log
  readonly methods: readonly AuthMethod[]
  readonly hasher: PasswordHasher
  readonly superusers: Superusers
  readonly permissions: Circumstances['permissions']
  isGroupName(name: string): boolean
  emit<K extends keyof WikiEvents>(event: K, facts: WikiEvents[K]): void
}

/** Where the session keeps what a method wants to have at the log-out. */
const keptKey = 'auth.kept'

/** A visitor as the session service sees them: MoinMoin's user with the epoch that a new password raises. */
export type Visitor = User & Pick<SessionUser, 'epoch'>

/** Who a visitor is, and how they become somebody else. */
export class Accounts {
  readonly methods: SignInMethods
  readonly #parts: AccountParts
  readonly #logIns: LogIns
  readonly #own: OwnAccount
  #anonymous: Visitor | null = null

  constructor(parts: AccountParts) {
    const now = (): number => parts.clock.now()
    const limits = new SignInLimits({ clock: parts.clock })
    this.#parts = parts
    this.methods = new SignInMethods({ ...parts, limits, now })
    this.#logIns = new LogIns({
      methods: this.methods,
      users: parts.users,
      steps: new LoginSteps(parts.sessions, now),
      ids: new RandomIds(),
      limits,
      enter: (visit, record, by, remember) => this.#enter(visit, record, by, remember),
    })
    this.#own = new OwnAccount({
      ...parts,
      limits,
      takesPasswords: () => this.methods.takesPasswords,
      renew: (visit, saved) => this.#renew(visit, saved),
    })
  }

  /** Nobody in particular: the same value for everybody, as nothing in it can change. */
  anonymous(): Visitor {
    return (this.#anonymous ??= this.#visitor(null, '', false))
  }

  /** The visitor whose session says who they are; anonymous when the account is gone, disabled, or signed in under an old epoch. */
  fromSession(visit: Visit): Soon<Visitor> {
    if (!this.looksAtRequests && cannotBeSignedIn(visit.session)) return this.anonymous()
    return this.#ofSession(visit)
  }

  async #ofSession(visit: Visit): Promise<Visitor> {
    const known = await signedIn(visit.session)
    const method = known === null ? undefined : this.methods.named(known.authMethod)
    // Whom a proxy names is asked for again each time: the session is theirs only as long as the proxy says so.
    if (known === null || method?.request !== undefined) return this.#fromMethods(visit, known)
    if (method === undefined) return this.anonymous()
    const record = await this.#parts.users.byId(known.id)
    if (record === null || record.disabled || (known.epoch !== '' && known.epoch !== String(record.epoch)))
      return this.anonymous()
    return this.#asSwitched(this.#visitor(record, known.authMethod, known.rememberMe), known)
  }

  /** Superusers may be looking at the wiki as somebody else. */
  async #asSwitched(visitor: Visitor, { id, switchedTo }: SignedIn): Promise<Visitor> {
    if (switchedTo === null || !visitor.isSuperUser || visitor.id !== id) return visitor
    const target = await this.#parts.users.byId(switchedTo)
    return target === null ? visitor : this.#seenBy(visitor, target)
  }

  /** An account as a superuser sees the wiki through it; disabled ones too, or nobody could look into what they complain about. */
  #seenBy(behind: User, target: UserRecord): Visitor {
    return { ...this.#visitor({ ...target, disabled: false }, 'setuid', false), behind }
  }

  async #switchTo(visit: Visit, name: string): Promise<{ problem: string | null }> {
    const behind = visit.user.behind ?? visit.user
    if (!behind.isSuperUser) return { problem: visit.t('Only superusers may do this.') }
    const target = await this.#parts.users.byName(name, { disabled: true })
    // MoinMoin made an account of every name that was typed here.
    if (target === null) return { problem: visit.t('There is no account named {name}.', { name }) }
    if (target.id === behind.id) return { problem: visit.t('This is you.') }
    visit.user = this.#seenBy(behind, target)
    this.#parts.emit('userSwitched', { id: behind.id, name: behind.name, toId: target.id, toName: target.name })
    return { problem: null }
  }

  /** The visitor's account was changed. A superuser who did so for somebody stays behind them: the session is not that account's. */
  #renew(visit: Visit, saved: UserRecord): void {
    const { behind = null, authMethod, rememberMe } = visit.user
    visit.user = behind === null ? this.#visitor(saved, authMethod, rememberMe) : this.#seenBy(behind, saved)
  }

  /** A visitor nobody's session knows: a method that looks at each request (a proxy's header) may. */
  async #fromMethods(visit: Visit, known: SignedIn | null): Promise<Visitor> {
    for (const method of this.methods.all) {
      if (method.request === undefined) continue
      const id = await method.request(this.methods.requestFor(visit, method))
      const record = id === null ? null : await this.#parts.users.byId(id)
      if (record === null || record.disabled) continue
      visit.knownByRequest = true
      const visitor = this.#visitor(record, method.name, false)
      return known === null ? visitor : this.#asSwitched(visitor, known)
    }
    return this.anonymous()
  }

  /** Whom this method, which need not be one of the wiki's, knows by the request; an anonymous one for nobody. No session comes of it. */
  async knownTo(visit: Visit, method: AuthMethod): Promise<Visitor> {
    const id = (await method.request?.(this.methods.requestFor(visit, method))) ?? null
    return this.#visitor(id === null ? null : await this.#parts.users.byId(id), method.name, false)
  }

  /** True where name and password are all that a log-in takes. */
  get passwordsSuffice(): boolean {
    return this.methods.passwordsSuffice
  }

  /** True when some method may know visitors without a session. */
  get looksAtRequests(): boolean {
    return this.methods.lookAtRequests
  }

  /** The value of `WWW-Authenticate` where an anonymous visitor is turned away; with `always`, where everybody is. */
  challenge(visit: Visit, always = false): string | null {
    return this.methods.challenge(visit, always)
  }

  async #enter(visit: Visit, record: UserRecord, { method, keep }: PendingUser, remember: boolean): Promise<void> {
    visit.user = this.#visitor(record, method, remember)
    visit.knownByRequest = false
    await visit.session.open?.()
    if (keep !== undefined && keep !== null) this.#keep(visit, keep)
    else if (keptKey in visit.session) delete visit.session[keptKey]
    this.#parts.emit('login', { id: record.id, name: record.name })
  }

  /** A log-in must not fail because a cookie is too small for what would make the log-out nicer. */
  #keep(visit: Visit, keep: unknown): void {
    try {
      visit.session[keptKey] = keep
    } catch (error) {
      this.#parts.log.warn({ wiki: this.#parts.config.siteId, request: visit.id, err: error }, 'not kept for the log-out')
    }
  }

  async #signOut(visit: Visit): Promise<LogoutResult> {
    const { user } = visit
    const behind = user.behind ?? null
    if (behind !== null) {
      this.#parts.emit('userSwitchedBack', { id: behind.id, name: behind.name, fromId: user.id, fromName: user.name })
      visit.user = behind
      return {}
    }
    const said = user.valid ? await this.#logoutBy(visit) : {}
    if (said.refused !== undefined) return said
    if (user.valid) this.#parts.emit('logout', { id: user.id, name: user.name })
    visit.user = this.anonymous()
    return said
  }

  /** What the method that signed the visitor in says to the log-out. */
  async #logoutBy(visit: Visit): Promise<LogoutResult> {
    const method = this.methods.named(visit.user.authMethod)
    if (method?.logout === undefined) return {}
    await visit.session.open?.()
    return method.logout(this.methods.requestFor(visit, method), visit.session[keptKey])
  }

  /** What actions may do for this visitor. */
  people(visit: Visit): People {
    const loginWays = () => this.methods.loginWays(visit)
    return {
      get loginWays() {
        return loginWays()
      },
      // A HEAD must not use up what the visitor's own GET needs.
      isReturning: (visit.callback !== '' && visit.method === 'GET') || (visit.method === 'POST' && visit.form.has('stage')),
      signIn: (form) => this.#logIns.begin(visit, form),
      continueSignIn: () => this.#logIns.goOn(visit),
      signOut: () => this.#signOut(visit),
      identities: () => this.#own.identities(visit),
      unlink: (identity) => this.#own.unlink(visit, identity),
      hasPassword: () => this.#own.hasPassword(visit),
      switchTo: (name) => this.#switchTo(visit, name),
      register: (form) => this.#own.register(visit, form),
      change: (form) => this.#own.change(visit, form),
      superuserTicketIsGood: (ticket) => this.#parts.superusers.isTicket(ticket),
    }
  }

  #visitor(record: UserRecord | null, authMethod: string, rememberMe: boolean): Visitor {
    const { config, permissions } = this.#parts
    const user = toUser(record, {
      permissions,
      authMethod,
      rememberMe,
      superusers: this.#parts.superusers.names(),
      trustedMethods: config.authMethodsTrusted,
      preferenceDefaults: { rememberMe: false, ...config.userCheckboxDefaults },
      quickLinksDefault: config.quicklinksDefault,
      wikiName: config.interwikiname ?? '',
    })
    return record === null ? user : { ...user, epoch: String(record.epoch) }
  }
}
