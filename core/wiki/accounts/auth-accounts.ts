import { setTimeout } from 'node:timers/promises'
import type { AuthAccounts, NewLogin } from '../../api/auth.ts'
import type { WikiConfig } from '../../api/config.ts'
import { emailNotPossible, identityTaken, nameReserved, userNameTaken, WikiError } from '../../api/errors.ts'
import type { WikiEvents } from '../../api/events.ts'
import type { Identity, UserRecord, UserStore } from '../../api/user-store.ts'
import { changeAccount } from '../../users/account-changes.ts'
import { signIn, type SignInLimits } from '../../users/password-login.ts'
import type { PasswordHasher } from '../../users/passwords/password-hasher.ts'
import { emailProblem } from '../../users/register.ts'
import { tidyUserName, userNameProblem } from '../../users/user-name.ts'
import type { Visit } from '../wiki-request.ts'

export interface AuthAccountsParts {
  readonly config: Readonly<WikiConfig>
  readonly users: UserStore
  readonly hasher: PasswordHasher
  readonly limits: SignInLimits
  isGroupName(name: string): boolean
  emit<K extends keyof WikiEvents>(event: K, facts: WikiEvents[K]): void
}

/** The accounts of a wiki as sign-in methods use them, for one visitor's request. */
export class VisitAccounts implements AuthAccounts {
  readonly #parts: AuthAccountsParts
  readonly #visit: Visit

  constructor(parts: AuthAccountsParts, visit: Visit) {
    this.#parts = parts
    this.#visit = visit
  }

  byId(id: string): Promise<UserRecord | null> {
    return this.#parts.users.byId(id)
  }

  byName(name: string): Promise<UserRecord | null> {
    return this.#parts.users.byName(name)
  }

  byEmail(email: string): Promise<UserRecord | null> {
    return this.#parts.users.byEmail(email)
  }

  byIdentity(identity: Identity): Promise<UserRecord | null> {
    return this.#parts.users.byIdentity(identity)
  }

  async checkPassword(name: string, password: string): Promise<{ user: string } | { user: null; retryAfter?: number }> {
    const { users, hasher, limits } = this.#parts
    const outcome = await signIn(users, name, password, { hasher, limits, address: this.#visit.remoteAddress })
    if (outcome.status === 'ok') return { user: outcome.user.id }
    return outcome.status === 'throttled' ? { user: null, retryAfter: outcome.retryAfter } : { user: null }
  }

  async create(wanted: NewLogin): Promise<{ user: string } | { problem: string }> {
    const { config, users } = this.#parts
    const name = tidyUserName(wanted.name)
    const reserved = wanted.vouched !== true && config.superuser.includes(name)
    const problem = userNameProblem(name, (group) => this.#parts.isGroupName(group)) ?? (reserved ? nameReserved() : null)
    if (problem !== null) return { problem: this.#visit.t(problem.message) }
    const account = {
      name,
      // An address that is none here, or somebody's already, must not keep anybody out who is known by something better.
      email: await this.#freeEmail(wanted.email ?? ''),
      aliasName: (wanted.aliasName ?? '').trim().slice(0, 100),
      identities: wanted.identity === undefined ? [] : [wanted.identity],
    }
    let made = await users.create(account, { emailUnique: config.userEmailUnique })
    // The same visitor's other tab is at it: in a moment the account is there, or the name is free again.
    for (let tries = 0; typeof made === 'string' && tries < 10 && !(await this.#isThere(account)); tries++) {
      await setTimeout(30)
      made = await users.create(account, { emailUnique: config.userEmailUnique })
    }
    if (typeof made === 'string') return { problem: this.#visit.t(taken[made]().message) }
    this.#parts.emit('userCreated', { id: made.id, name: made.name })
    return { user: made.id }
  }

  async link(user: string, identity: Identity): Promise<boolean> {
    const isIt = (each: Identity): boolean => each.issuer === identity.issuer && each.subject === identity.subject
    try {
      await changeAccount(this.#parts.users, user, (record) =>
        record.identities.some(isIt) ? record : { ...record, identities: [...record.identities, identity] },
      )
      return true
    } catch (error) {
      if (error instanceof WikiError && error.code === 'identity-taken') return false
      throw error
    }
  }

  async #isThere({ name, email, identities }: Pick<UserRecord, 'name' | 'email' | 'identities'>): Promise<boolean> {
    const { users } = this.#parts
    const disabled = true
    if ((await users.byName(name, { disabled })) !== null || (await users.byEmail(email, { disabled })) !== null) return true
    for (const identity of identities) if ((await users.byIdentity(identity, { disabled })) !== null) return true
    return false
  }

  async #freeEmail(wanted: string): Promise<string> {
    const email = wanted.trim()
    if (emailProblem(email) !== null) return ''
    const { config, users } = this.#parts
    return config.userEmailUnique && (await users.byEmail(email, { disabled: true })) !== null ? '' : email
  }
}

const taken = { 'name-taken': userNameTaken, 'email-taken': emailNotPossible, 'identity-taken': identityTaken }
