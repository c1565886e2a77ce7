import type { People, PreferenceChange } from '../api/action.ts'
import type { AuthMethod } from '../api/auth.ts'
import type { WikiConfig } from '../api/config.ts'
import type { WikiEvents } from '../api/events.ts'
import type { SessionUser } from '../api/session.ts'
import type { User } from '../api/user.ts'
import type { UserRecord, UserStore } from '../api/user-store.ts'
import { WikiError } from '../api/errors.ts'
import { signedIn } from '../session/index.ts'
import { changeAccount } from '../users/account-changes.ts'
import type { PasswordHasher } from '../users/passwords/password-hasher.ts'
import { passwordProblem } from '../users/passwords/password-rules.ts'
import { emailProblem, newPasswordProblem, register } from '../users/register.ts'
import type { Superusers } from './superusers.ts'
import { toUser, type Circumstances } from '../users/to-user.ts'
import type { Visit } from './wiki-request.ts'

/** What the accounts of one wiki are made of. */
export interface AccountParts {
  readonly config: Readonly<WikiConfig>
  readonly users: UserStore
  readonly methods: readonly AuthMethod[]
  readonly hasher: PasswordHasher
  readonly superusers: Superusers
  readonly permissions: Circumstances['permissions']
  isGroupName(name: string): boolean
  emit<K extends keyof WikiEvents>(event: K, facts: WikiEvents[K]): void
}

/** A visitor as the session service sees them: MoinMoin's user with the epoch that a new password raises. */
export type Visitor = User & Pick<SessionUser, 'epoch'>

/** Who a visitor is, and how they become somebody else. */
export class Accounts {
  readonly #parts: AccountParts
  #anonymous: Visitor | null = null

  constructor(parts: AccountParts) {
    this.#parts = parts
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
    if (known === null) return this.#fromMethods(visit)
    if (!this.#parts.methods.some(({ name }) => name === known.authMethod)) return this.anonymous()
    const record = await this.#parts.users.byId(known.id)
    if (record === null || record.disabled || (known.epoch !== '' && known.epoch !== String(record.epoch)))
      return this.anonymous()
    const visitor = this.#visitor(record, known.authMethod, known.rememberMe)
    if (known.switchedTo === null || !visitor.isSuperUser) return visitor
    const target = await this.#parts.users.byId(known.switchedTo)
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
  async #fromMethods(visit: Visit): Promise<Visitor> {
    for (const method of this.#parts.methods) {
      const id = (await method.request?.(visit)) ?? null
      const record = id === null ? null : await this.#parts.users.byId(id)
      if (record !== null && !record.disabled) return this.#visitor(record, method.name, false)
    }
    return this.anonymous()
  }

  /** True when some method may know visitors without a session. */
  get looksAtRequests(): boolean {
    return this.#parts.methods.some((method) => method.request !== undefined)
  }

  /** What actions may do for this visitor. */
  people(visit: Visit): People {
    const { users, methods, hasher, config, superusers } = this.#parts
    return {
      signIn: async ({ name, password, remember }) => {
        let message = visit.t('This name and password do not fit together.')
        for (const method of methods) {
          const result = await method.login?.(visit, { name, password })
          if (result === undefined) continue
          const record = result.user === null ? null : await users.byId(result.user)
          if (record !== null && !record.disabled) {
            visit.user = this.#visitor(record, method.name, remember)
            this.#parts.emit('login', { id: record.id, name: record.name })
            return { ok: true, message: '' }
          }
          message = result.message ?? message
          if (result.retryAfter !== undefined) return { ok: false, message, retryAfter: result.retryAfter }
        }
        return { ok: false, message }
      },
      signOut: () => {
        const { user } = visit
        const behind = user.behind ?? null
        if (behind !== null)
          this.#parts.emit('userSwitchedBack', { id: behind.id, name: behind.name, fromId: user.id, fromName: user.name })
        else if (user.valid) this.#parts.emit('logout', { id: user.id, name: user.name })
        visit.user = behind ?? this.anonymous()
      },
      switchTo: (name) => this.#switchTo(visit, name),
      register: async ({ superuserTicket: ticket, ...wanted }) => {
        if (ticket !== undefined && !(await superusers.isTicket(ticket)))
          return { problems: { superuser: visit.t('This link has been used or is too old.') } }
        const made = await register(users, wanted, {
          hasher,
          isGroupName: (name) => this.#parts.isGroupName(name),
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
    const { password, preferences, ...plain } = form
    const problems: Record<string, string> = {}
    const note = (field: string, message: string | undefined): void => {
      if (message !== undefined) problems[field] = visit.t(message)
    }
    if (form.email !== undefined) note('email', emailProblem(form.email)?.message)
    if (password !== undefined) {
      if (!(await hasher.check(record.password, password.current)).valid) note('password_current', 'This is not your password.')
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
    })
    return record === null ? user : { ...user, epoch: String(record.epoch) }
  }
}
