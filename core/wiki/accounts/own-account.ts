import type { People, PreferenceChange } from '../../api/action.ts'
import type { WikiConfig } from '../../api/config.ts'
import { firstPasswordSet, WikiError } from '../../api/errors.ts'
import type { WikiEvents } from '../../api/events.ts'
import type { Identity, UserRecord, UserStore } from '../../api/user-store.ts'
import { changeAccount } from '../../users/account-changes.ts'
import type { SignInLimits } from '../../users/password-login.ts'
import type { PasswordHasher } from '../../users/passwords/password-hasher.ts'
import { passwordProblem } from '../../users/passwords/password-rules.ts'
import { emailProblem, newPasswordProblem, register } from '../../users/register.ts'
import type { Superusers } from './superusers.ts'
import type { Visit } from '../wiki-request.ts'

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

  async hasPassword({ user }: Visit): Promise<boolean> {
    return !user.valid || asksForOld((await this.#parts.users.byId(user.id))?.password ?? '', user)
  }

  /** Changes what the visitor wants changed; problems by form field. */
  async change(visit: Visit, form: PreferenceChange): Promise<{ problems: Readonly<Record<string, string>> | null }> {
    const { users, hasher, config } = this.#parts
    const record = visit.user.valid ? await users.byId(visit.user.id) : null
    if (record === null) return { problems: { '': visit.t('You are not logged in.') } }
    const { password, preferences, bookmark, ...plain } = form
    const problems = password === undefined ? {} : await this.#passwordProblems(visit, record, password)
    const emailWrong = form.email === undefined ? null : emailProblem(form.email)
    if (emailWrong !== null) problems['email'] = visit.t(emailWrong.message)
    if (Object.keys(problems).length > 0) return { problems }
    const hash = password === undefined ? null : await hasher.hash(password.next)
    try {
      const saved = await changeAccount(
        users,
        record.id,
        (now) => {
          // Another session of this account was faster: what it set is the old one now, and nobody has asked for that.
          if (hash !== null && record.password === '' && now.password !== '') throw firstPasswordSet()
          return {
            ...now,
            ...plain,
            preferences: { ...now.preferences, ...preferences },
            bookmarks: bookmark === undefined ? now.bookmarks : withBookmark(now.bookmarks, config.interwikiname ?? '', bookmark),
            // The new epoch ends every other sign-in of this account.
            ...(hash === null ? {} : { password: hash, epoch: now.epoch + 1 }),
          }
        },
        { emailUnique: config.userEmailUnique },
      )
      this.#parts.renew(visit, saved)
      return { problems: null }
    } catch (error) {
      if (!(error instanceof WikiError && error.expose)) throw error
      return { problems: { [error.code === 'password-set' ? 'password_current' : 'email']: visit.t(error.message) } }
    }
  }

  /** What speaks against a new password. Who found an open browser must not find the password too: the old one is asked for. */
  async #passwordProblems(
    visit: Visit,
    record: UserRecord,
    { current, next }: NonNullable<PreferenceChange['password']>,
  ): Promise<Record<string, string>> {
    const { hasher, config, limits } = this.#parts
    const problems: Record<string, string> = {}
    if (asksForOld(record.password, visit.user)) {
      const seconds = limits.take(visit.remoteAddress, record.name)
      if (seconds > 0)
        problems['password_current'] = visit.t(
          'Too many tries: please wait {seconds, plural, one {# second} other {# seconds}}.',
          { seconds },
        )
      else if ((await hasher.check(record.password, current)).valid) limits.giveBack(visit.remoteAddress, record.name)
      else problems['password_current'] = visit.t('This is not your password.')
    } else if (!this.#parts.takesPasswords()) return { form: visit.t('Nobody logs in to this wiki with a password of its own.') }
    const weak = newPasswordProblem(record.name, next, config.passwordChecker ? passwordProblem : null)
    if (weak !== null) problems['password_next'] = visit.t(weak.message)
    return problems
  }

  async identities({ user }: Visit): Promise<readonly Identity[]> {
    return user.valid ? ((await this.#parts.users.byId(user.id))?.identities ?? []) : []
  }

  /** The last way in stays. Whoever came by this one is logged out everywhere else. */
  async unlink(visit: Visit, { issuer, subject }: Identity): Promise<boolean> {
    const { users } = this.#parts
    const others = ({ identities }: UserRecord): readonly Identity[] =>
      identities.filter((each) => each.issuer !== issuer || each.subject !== subject)
    const mayGo = (now: UserRecord): boolean =>
      others(now).length < now.identities.length && (others(now).length > 0 || now.password !== '')
    const record = visit.user.valid ? await users.byId(visit.user.id) : null
    if (record === null || !mayGo(record)) return false
    let done = false
    // Asked again of what the account is by then: the other way in may have been taken away meanwhile.
    const saved = await changeAccount(users, record.id, (now) => {
      done = mayGo(now)
      return done ? { ...now, identities: others(now), epoch: now.epoch + 1 } : now
    })
    if (done) this.#parts.renew(visit, saved)
    return done
  }
}

/** Whether a password must be asked for before a new one: always, but for owners of accounts without one who come themselves. */
function asksForOld(password: string, { behind = null }: Visit['user']): boolean {
  return password !== '' || behind !== null
}

/** In microseconds, as MoinMoin keeps them. */
function withBookmark(bookmarks: UserRecord['bookmarks'], wiki: string, time: Date | null): UserRecord['bookmarks'] {
  const { [wiki]: _, ...others } = bookmarks
  return time === null ? others : { ...others, [wiki]: time.getTime() * 1000 }
}
