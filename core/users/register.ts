import {
  badEmail,
  emailNotPossible,
  identityTaken,
  nameReserved,
  passwordsDiffer,
  userNameTaken,
  type WikiError,
} from '../api/errors.ts'
import type { NewAccount, UserRecord, UserStore } from '../api/user-store.ts'
import type { PasswordHasher } from './passwords/password-hasher.ts'
import { type PasswordRules, passwordProblem } from './passwords/password-rules.ts'
import { tidyUserName, userNameProblem } from './user-name.ts'

/** What somebody typed to get an account. */
export interface Registration {
  readonly name: string
  readonly password: string
  /** The password again; left out where nobody types it, as on the command line. */
  readonly password2?: string
  readonly email: string
}

export interface RegisterOptions {
  readonly hasher: PasswordHasher
  /** True for names that a group could have. */
  isGroupName(name: string): boolean
  /** `password_checker`: null allows every password that is not empty. */
  readonly passwordRules?: PasswordRules | null
  /** `user_email_unique`. */
  readonly emailUnique?: boolean
  readonly emailRequired?: boolean
  /** True for names that only somebody with access to the server may give: those the configuration makes superusers. */
  isReserved?(name: string): boolean
  /** What else the account starts with. */
  readonly account?: Partial<NewAccount>
}

/** One thing to correct, and the form field it belongs to. */
export interface Problem {
  readonly field: 'name' | 'password' | 'password2' | 'email'
  readonly error: WikiError
}

/** Makes an account, or answers everything that stands in its way at once. */
export async function register(
  store: UserStore,
  wanted: Registration,
  options: RegisterOptions,
): Promise<UserRecord | readonly Problem[]> {
  const name = tidyUserName(wanted.name)
  const email = wanted.email.trim()
  const problems: Problem[] = []
  const add = (field: Problem['field'], error: WikiError | null) => {
    if (error) problems.push({ field, error })
  }
  add('name', userNameProblem(name, options.isGroupName) ?? (options.isReserved?.(name) === true ? nameReserved() : null))
  add('password', newPasswordProblem(name, wanted.password, options.passwordRules))
  if (wanted.password2 !== undefined && wanted.password2 !== wanted.password) add('password2', passwordsDiffer())
  add('email', emailProblem(email, options.emailRequired === true))
  if (problems.length > 0) return problems

  const password = await options.hasher.hash(wanted.password)
  const made = await store.create({ ...options.account, name, email, password }, { emailUnique: options.emailUnique })
  if (made === 'name-taken') return [{ field: 'name', error: userNameTaken() }]
  if (made === 'email-taken') return [{ field: 'email', error: emailNotPossible() }]
  if (made === 'identity-taken') return [{ field: 'name', error: identityTaken() }]
  return made
}

/** What is wrong with a new password by the wiki's rules (null: the wiki has none), or null. */
export function newPasswordProblem(
  name: string,
  password: string,
  rules: PasswordRules | null = passwordProblem,
): WikiError | null {
  // An empty password never lets anybody in, whatever a wiki's own rules say.
  if (rules === null) return password === '' ? passwordProblem(name, password) : null
  return rules(name, password) ?? (password === '' ? passwordProblem(name, password) : null)
}

/** What is wrong with an e-mail address, or null. Whether mail arrives only a mail can tell. */
export function emailProblem(email: string, required = false): WikiError | null {
  if (email === '') return required ? badEmail() : null
  return email.length <= 254 && /^[^\s@<>(),;:"[\]\\]+@[^\s@<>(),;:"[\]\\.]+(\.[^\s@<>(),;:"[\]\\.]+)*$/.test(email)
    ? null
    : badEmail()
}

/** True when anybody has an account, be it a disabled one: then no first superuser is asked for. */
export async function hasAccounts(store: UserStore): Promise<boolean> {
  for await (const _ of store.list()) return true
  return false
}
