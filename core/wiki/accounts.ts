import type { Log, People, PreferenceChange } from '../api/action.ts'
import type { AuthMethod, AuthRequest, LogoutResult } from '../api/auth.ts'
import type { WikiConfig } from '../api/config.ts'
import type { WikiEvents } from '../api/events.ts'
import type { SessionService, SessionUser } from '../api/session.ts'
import type { User } from '../api/user.ts'
import type { Identity, UserRecord, UserStore } from '../api/user-store.ts'
import { WikiError } from '../api/errors.ts'
import type { Clock } from '../base/clock.ts'
import { RandomIds } from '../base/random-id.ts'
import { type SignedIn, signedIn } from '../session/index.ts'
import { changeAccount } from '../users/account-changes.ts'
import { HttpBasicAuth } from '../users/auth/http-basic-auth.ts'
import { SignInLimits } from '../users/password-login.ts'
import type { PasswordHasher } from '../users/passwords/password-hasher.ts'
import { passwordProblem } from '../users/passwords/password-rules.ts'
import { emailProblem, newPasswordProblem, register } from '../users/register.ts'
import { VisitAccounts } from './auth-accounts.ts'
import { MethodRequest } from './auth-request.ts'
import { LogIns } from './log-ins.ts'
import { LoginSteps, type PendingUser } from './login-steps.ts'
import type { Superusers } from './superusers.ts'
import { toUser, type Circumstances } from '../users/to-user.ts'
import type { Visit } from './wiki-request.ts'

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
  readonly #parts: AccountParts
  readonly #limits: SignInLimits
  readonly #logIns: LogIns
  #anonymous: Visitor | null = null

  constructor(parts: AccountParts) {
    this.#parts = parts
    this.#limits = new SignInLimits({ clock: parts.clock })
    this.#logIns = new LogIns({
      methods: parts.methods,
      users: parts.users,
      steps: new LoginSteps(parts.sessions, () => parts.clock.now()),
      ids: new RandomIds(),
      limits: this.#limits,
      requestFor: (visit, method, { id, linkTo }) => this.#requestFor(visit, method, id, linkTo),
      enter: (visit, record, by, remember) => this.#enter(visit, record, by, remember),
    })
  }

  get methods(): readonly AuthMethod[] {
    return this.#parts.methods
  }

  /** Nobody in particular: the same value for everybody, as nothing in it can change. */
  anonymous(): Visitor {
    return (this.#anonymous ??= this.#visitor(null, '', false))
  }

  /** The visitor whose session says who they are; anonymous when the account is gone, disabled, or signed in under an old epoch. */
  async fromSession(visit: Visit): Promise<Visitor> {
    const known = await signedIn(visit.session)
    const method = known === null ? undefined : this.#parts.methods.find(({ name }) => name === known.authMethod)
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

  /** A visitor nobody's session knows: a method that looks at each request (a proxy's header) may. */
  async #fromMethods(visit: Visit, known: SignedIn | null): Promise<Visitor> {
    for (const method of this.#parts.methods) {
      if (method.request === undefined) continue
      const id = await method.request(this.#requestFor(visit, method))
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
    const id = (await method.request?.(this.#requestFor(visit, method))) ?? null
    return this.#visitor(id === null ? null : await this.#parts.users.byId(id), method.name, false)
  }

  /** True where name and password are all that a log-in takes. */
  get passwordsSuffice(): boolean {
    const { methods } = this.#parts
    return (
      methods.some((method) => method instanceof HttpBasicAuth) ||
      (this.takesPasswords && methods.every(({ confirmLogin }) => confirmLogin === undefined))
    )
  }

  /** True when some method may know visitors without a session. */
  get looksAtRequests(): boolean {
    return this.#parts.methods.some((method) => method.request !== undefined)
  }

  /** The value of `WWW-Authenticate` where an anonymous visitor is turned away; with `always`, where everybody is. */
  challenge(visit: Visit, always = false): string | null {
    for (const method of this.#parts.methods) {
      if (always && method.challengesAlways !== true) continue
      const challenge = method.challenge?.(this.#requestFor(visit, method)) ?? null
      if (challenge !== null) return challenge
    }
    return null
  }

  #requestFor(visit: Visit, method: AuthMethod, stepId = '', linkTo: string | null = null): AuthRequest {
    const { clock, log, config } = this.#parts
    return new MethodRequest(visit, method, {
      accounts: new VisitAccounts({ ...this.#parts, limits: this.#limits }, visit),
      now: () => clock.now(),
      warn: (facts, message) => log.warn({ wiki: config.siteId, request: visit.id, ...facts }, message),
      stepId,
      linkTo,
    })
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
    const method = this.#parts.methods.find(({ name }) => name === visit.user.authMethod)
    if (method?.logout === undefined) return {}
    await visit.session.open?.()
    return method.logout(this.#requestFor(visit, method), visit.session[keptKey])
  }

  #loginWays(visit: Visit): People['loginWays'] {
    const { methods } = this.#parts
    return {
      takesPasswords: this.takesPasswords,
      buttons: methods.flatMap(({ name, loginButton }) =>
        loginButton === undefined ? [] : [{ method: name, label: loginButton }],
      ),
      hints: methods.flatMap((method) => method.loginHint?.(this.#requestFor(visit, method)) ?? []),
    }
  }

  /** There is something to do on the log-in page. */
  get hasLoginPage(): boolean {
    return this.takesPasswords || this.hasButtons
  }

  /** Some method begins with a button: the visitor logs in elsewhere. */
  get hasButtons(): boolean {
    return this.#parts.methods.some(({ loginButton }) => loginButton !== undefined)
  }

  /** Some method asks for a name and a password. */
  get takesPasswords(): boolean {
    return this.#parts.methods.some(({ loginInputs }) => loginInputs.length > 0)
  }

  /** What actions may do for this visitor. */
  people(visit: Visit): People {
    const { users, hasher, config, superusers } = this.#parts
    const loginWays = () => this.#loginWays(visit)
    return {
      get loginWays() {
        return loginWays()
      },
      isReturning: visit.callback !== '' || (visit.method === 'POST' && visit.form.has('stage')),
      signIn: (form) => this.#logIns.begin(visit, form),
      continueSignIn: () => this.#logIns.goOn(visit),
      signOut: () => this.#signOut(visit),
      identities: async () => (visit.user.valid ? ((await users.byId(visit.user.id))?.identities ?? []) : []),
      unlink: (identity) => this.#unlink(visit, identity),
      switchTo: (name) => this.#switchTo(visit, name),
      register: async ({ superuserTicket: ticket, ...wanted }) => {
        if (ticket !== undefined && !(await superusers.isTicket(ticket)))
          return { problems: { superuser: visit.t('This link has been used or is too old.') } }
        if (!this.takesPasswords)
          return { problems: { form: visit.t('Nobody logs in to this wiki with a password of its own.') } }
        const made = await register(users, wanted, {
          hasher,
          isGroupName: (name) => this.#parts.isGroupName(name),
          // Whoever has the link of the first start has access to the server.
          isReserved: (name) => ticket === undefined && superusers.names().includes(name),
          passwordRules: config.passwordChecker ? passwordProblem : null,
          emailUnique: config.userEmailUnique,
        })
        if (!('id' in made))
          return { problems: Object.fromEntries(made.map(({ field, error }) => [field, visit.t(error.message)])) }
        if (ticket !== undefined) await superusers.useTicket(ticket, made.name)
        this.#parts.emit('userCreated', { id: made.id, name: made.name })
        return { id: made.id }
      },
      change: (form) => this.#change(visit, form),
      superuserTicketIsGood: (ticket) => superusers.isTicket(ticket),
    }
  }

  async #change(visit: Visit, form: PreferenceChange): Promise<{ problems: Readonly<Record<string, string>> | null }> {
    const { users, hasher, config } = this.#parts
    const record = visit.user.valid ? await users.byId(visit.user.id) : null
    if (record === null) return { problems: { '': visit.t('You are not logged in.') } }
    const { password, preferences, bookmark, ...plain } = form
    const problems: Record<string, string> = {}
    const note = (field: string, message: string | undefined): void => {
      if (message !== undefined) problems[field] = visit.t(message)
    }
    if (form.email !== undefined) note('email', emailProblem(form.email)?.message)
    if (password !== undefined) {
      // Who found an open browser must not find the password too.
      const seconds = this.#limits.take(visit.remoteAddress, record.name)
      if (seconds > 0)
        problems['password_current'] = visit.t(
          'Too many tries: please wait {seconds, plural, one {# second} other {# seconds}}.',
          { seconds },
        )
      else if ((await hasher.check(record.password, password.current)).valid)
        this.#limits.giveBack(visit.remoteAddress, record.name)
      else note('password_current', 'This is not your password.')
      note(
        'password_next',
        newPasswordProblem(record.name, password.next, config.passwordChecker ? passwordProblem : null)?.message,
      )
    }
    if (Object.keys(problems).length > 0) return { problems }
    const hash = password === undefined ? null : await hasher.hash(password.next)
    try {
      const saved = await changeAccount(
        users,
        record.id,
        (now) => ({
          ...now,
          ...plain,
          preferences: { ...now.preferences, ...preferences },
          bookmarks: bookmark === undefined ? now.bookmarks : withBookmark(now.bookmarks, config.interwikiname ?? '', bookmark),
          // The new epoch ends every other sign-in of this account.
          ...(hash === null ? {} : { password: hash, epoch: now.epoch + 1 }),
        }),
        { emailUnique: config.userEmailUnique },
      )
      const { behind = null } = visit.user
      // A superuser who changes something for somebody stays behind them: the session is not that account's.
      visit.user =
        behind === null ? this.#visitor(saved, visit.user.authMethod, visit.user.rememberMe) : this.#seenBy(behind, saved)
      return { problems: null }
    } catch (error) {
      if (error instanceof WikiError && error.expose) return { problems: { email: visit.t(error.message) } }
      throw error
    }
  }

  async #unlink(visit: Visit, { issuer, subject }: Identity): Promise<boolean> {
    const { users } = this.#parts
    const record = visit.user.valid ? await users.byId(visit.user.id) : null
    const left = (record?.identities ?? []).filter((each) => each.issuer !== issuer || each.subject !== subject)
    if (record === null || left.length === record.identities.length) return false
    if (left.length === 0 && record.password === '') return false
    await changeAccount(users, record.id, (now) => ({
      ...now,
      identities: now.identities.filter((each) => each.issuer !== issuer || each.subject !== subject),
    }))
    return true
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

/** In microseconds, as MoinMoin keeps them. */
function withBookmark(bookmarks: UserRecord['bookmarks'], wiki: string, time: Date | null): UserRecord['bookmarks'] {
  const { [wiki]: _, ...others } = bookmarks
  return time === null ? others : { ...others, [wiki]: time.getTime() * 1000 }
}
