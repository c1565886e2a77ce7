import type { Permissions, User } from '../api/user.ts'
import type { UserRecord } from '../api/user-store.ts'
import type { AccessRules, Subject } from './access-rules.ts'
import { preferenceDefaults } from './preference-defaults.ts'

/** What a sign-in and the wiki's configuration add to an account. */
export interface Circumstances {
  /** Builds `user.may`; `permissionsBy(rules)` is MoinMoin's policy. */
  readonly permissions: (subject: Subject) => Permissions
  /** Name of the method that signed the visitor in; '' when none did. */
  readonly authMethod?: string
  /** Whether this sign-in asked to be remembered; left out: the account's preference. */
  readonly rememberMe?: boolean
  /** Names: `superuser` of the configuration and whom the first-start link made one. */
  readonly superusers?: readonly string[]
  /** `auth_methods_trusted`. */
  readonly trustedMethods?: readonly string[]
  /** The wiki's defaults of the preferences, in camelCase, over MoinMoin's. */
  readonly preferenceDefaults?: Readonly<Record<string, unknown>>
  /** Preferences whose stored value the wiki ignores. */
  readonly fixedPreferences?: readonly string[]
  readonly quickLinksDefault?: readonly string[]
  /** `interwikiname`: the account's bookmarks are kept by wiki. */
  readonly wikiName?: string
}

/** The visitor as pages and macros see them; null is an anonymous one, and so is a disabled account. */
export function toUser(record: UserRecord | null, circumstances: Circumstances): User {
  const { permissions, authMethod = '', superusers = [], trustedMethods = [], quickLinksDefault = [] } = circumstances
  const account = record && !record.disabled ? record : null
  const valid = account !== null
  const name = account?.name ?? ''
  const trusted = valid && trustedMethods.includes(authMethod)
  const preferences = preferencesOf(account, circumstances)
  return {
    id: account?.id ?? '',
    name,
    valid,
    trusted,
    aliasName: account?.aliasName ?? '',
    email: account?.email ?? '',
    language: account?.language ?? '',
    themeName: account?.themeName ?? '',
    timeZone: account?.timeZone ?? '',
    authMethod: valid ? authMethod : '',
    rememberMe: valid && (circumstances.rememberMe ?? preferences.rememberMe === true),
    isSuperUser: valid && superusers.includes(name),
    // A copy: the store may hand the same record to other requests.
    quickLinks: [...(account && account.quickLinks.length > 0 ? account.quickLinks : quickLinksDefault)],
    bookmark: bookmarkOf(account, circumstances.wikiName ?? ''),
    preferences,
    may: permissions({ name, valid, trusted }),
  }
}

/** Permissions by the access control lists alone. */
export function permissionsBy(rules: AccessRules): (subject: Subject) => Permissions {
  return (subject) => new AccessPermissions(rules, subject)
}

class AccessPermissions implements Permissions {
  readonly #rules: AccessRules
  readonly #subject: Subject

  constructor(rules: AccessRules, subject: Subject) {
    this.#rules = rules
    this.#subject = subject
  }

  read(pageName: string): Promise<boolean> {
    return this.do('read', pageName)
  }

  write(pageName: string): Promise<boolean> {
    return this.do('write', pageName)
  }

  delete(pageName: string): Promise<boolean> {
    return this.do('delete', pageName)
  }

  revert(pageName: string): Promise<boolean> {
    return this.do('revert', pageName)
  }

  admin(pageName: string): Promise<boolean> {
    return this.do('admin', pageName)
  }

  do(right: string, pageName: string): Promise<boolean> {
    return this.#rules.may(this.#subject, right, pageName)
  }
}

/** Kept in microseconds, as MoinMoin does. */
function bookmarkOf(account: UserRecord | null, wikiName: string): Date | null {
  const microseconds = account?.bookmarks[wikiName]
  return microseconds === undefined || !(microseconds > 0) ? null : new Date(microseconds / 1000)
}

function preferencesOf(account: UserRecord | null, circumstances: Circumstances): Readonly<Record<string, unknown>> {
  const defaults: Record<string, unknown> = { ...preferenceDefaults, ...circumstances.preferenceDefaults }
  const preferences = { ...defaults, ...account?.preferences }
  for (const name of circumstances.fixedPreferences ?? []) preferences[name] = defaults[name]
  return preferences
}
