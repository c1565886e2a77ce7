import type { People, PreferenceChange } from '../api/action.ts'
import type { WikiConfig } from '../api/config.ts'
import { WikiError } from '../api/errors.ts'
import type { WikiEvents } from '../api/events.ts'
import type { Identity, UserRecord, UserStore } from '../api/user-store.ts'
import { changeAccount } from '../users/account-changes.ts'
import type { SignInLimits } from '../users/password-login.ts'
import type { PasswordHasher } from '../users/passwords/password-hasher.ts'
import { passwordProblem } from '../users/passwords/password-rules.ts'
import { emailProblem, newPasswordProblem, register } from '../users/register.ts'
import type { Superusers } from './superusers.ts'
import type { Visit } from './wiki-request.ts'

export interface OwnAccountParts {
  readonly config: Readonly<WikiConfig>
  readonly users: UserStore
  readonly hasher: PasswordHasher
  readonly superusers: Superusers
  readonly limits: SignInLimits
  isGroupName(name: string): boolean
  /** Some way to log in asks for a password. */
  takesPasswords(): boolean
  /** The visitor goes on as what the account is now, its new epoch included. */
  renew(visit: Visit, saved: UserRecord): void
  emit<K extends keyof WikiEvents>(event: K, facts: WikiEvents[K]): void
}

/** What visitors do with accounts of their own: make one, change it, say by which other ways it can be entered. */
export class OwnAccount {
  readonly #parts: OwnAccountParts

  constructor(parts: OwnAccountParts) {
    this.#parts = parts
  }

  async register(visit: Visit, form: Parameters<People['register']>[0]): ReturnType<People['register']> {
    const { users, hasher, config, superusers } = this.#parts
    const { superuserTicket: ticket, ...wanted } = form
    if (ticket !== undefined && !(await superusers.isTicket(ticket)))
      return { problems: { superuser: visit.t('This link has been used or is too old.') } }
    if (!this.#parts.takesPasswords())
      return { problems: { form: visit.t('Nobody logs in to this wiki with a password of its own.') } }
    const made = await register(users, wanted, {
      hasher,
      isGroupName: (name) => this.#parts.isGroupName(name),
      // Whoever has the link of the first start has access to the server.
      isReserved: (name) => ticket === undefined && superusers.names().includes(name),
      passwordRules: config.passwordChecker ? passwordProblem : null,
      emailUnique: config.userEmailUnique,
    })
    if (!('id' in made)) return { problems: Object.fromEntries(made.map(({ field, error }) => [field, visit.t(error.message)])) }
    if (ticket !== undefined) await superusers.useTicket(ticket, made.name)
    this.#parts.emit('userCreated', { id: made.id, name: made.name })
    return { id: made.id }
  }

  /** Changes what the visitor wants changed; problems by form field. */
  async change(visit: Visit, form: PreferenceChange): Promise<{ problems: Readonly<Record<string, string>> | null }> {
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
      const seconds = this.#parts.limits.take(visit.remoteAddress, record.name)
      if (seconds > 0)
        problems['password_current'] = visit.t(
          'Too many tries: please wait {seconds, plural, one {# second} other {# seconds}}.',
          { seconds },
        )
      else if ((await hasher.check(record.password, password.current)).valid)
        this.#parts.limits.giveBack(visit.remoteAddress, record.name)
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
      this.#parts.renew(visit, saved)
      return { problems: null }
    } catch (error) {
      if (error instanceof WikiError && error.expose) return { problems: { email: visit.t(error.message) } }
      throw error
    }
  }

  async identities({ user }: Visit): Promise<readonly Identity[]> {
    return user.valid ? ((await this.#parts.users.byId(user.id))?.identities ?? []) : []
  }

  /** The last way in stays. Whoever came by this one is logged out everywhere else. */
  async unlink(visit: Visit, { issuer, subject }: Identity): Promise<boolean> {
    const { users } = this.#parts
    const others = ({ identities }: UserRecord): readonly Identity[] =>
      identities.filter((each) => each.issuer !== issuer || each.subject !== subject)
    const record = visit.user.valid ? await users.byId(visit.user.id) : null
    if (record === null || others(record).length === record.identities.length) return false
    if (others(record).length === 0 && record.password === '') return false
    const change = (now: UserRecord): UserRecord => ({ ...now, identities: others(now), epoch: now.epoch + 1 })
    this.#parts.renew(visit, await changeAccount(users, record.id, change))
    return true
  }
}

/** In microseconds, as MoinMoin keeps them. */
function withBookmark(bookmarks: UserRecord['bookmarks'], wiki: string, time: Date | null): UserRecord['bookmarks'] {
  const { [wiki]: _, ...others } = bookmarks
  return time === null ? others : { ...others, [wiki]: time.getTime() * 1000 }
}
