import type { SignInForm, SignInOutcome } from '../../api/action.ts'
import type { AuthMethod, LoginResult } from '../../api/auth.ts'
import type { UserRecord, UserStore } from '../../api/user-store.ts'
import type { RandomIds } from '../../base/random-id.ts'
import type { SignInLimits } from '../../users/password-login.ts'
import type { LoginSteps, PendingStep, PendingUser } from './login-steps.ts'
import type { SignInMethods } from './sign-in-methods.ts'
import type { Visit } from '../wiki-request.ts'

export interface LogInParts {
  readonly methods: SignInMethods
  readonly users: UserStore
  readonly steps: LoginSteps
  readonly ids: RandomIds
  readonly limits: SignInLimits
  /** Somebody may come in: the visitor is this account from now on. */
  enter(visit: Visit, record: UserRecord, by: PendingUser, remember: boolean): Promise<void>
}

/** What stays the same from the first step of a log-in to the last. */
type Way = Pick<PendingStep, 'page' | 'then' | 'remember' | 'linkTo'>

/** How a log-in goes from method to method and from step to step, MoinMoin's chain. */
export class LogIns {
  readonly #parts: LogInParts

  constructor(parts: LogInParts) {
    this.#parts = parts
  }

  async begin(visit: Visit, form: SignInForm): Promise<SignInOutcome> {
    const { name, password, remember, method: only, page = '', then = '', link = false } = form
    // A superuser who looks at the wiki as somebody else connects nothing with their account.
    const mayLink = link && visit.user.valid && (visit.user.behind ?? null) === null
    const way: Way = { page, then, remember, linkTo: mayLink ? visit.user.id : null }
    if (link && !mayLink) return refused(way, visit.t('Log in first, and then connect another way to log in.'))
    let message = visit.t('This name and password do not fit together.')
    if (only !== undefined) message = visit.t('This wiki has no such way to log in.')
    for (const method of this.#parts.methods.all) {
      if (only === undefined ? method.loginInputs.length === 0 : method.name !== only) continue
      const id = this.#parts.ids.next()
      const request = this.#parts.methods.requestFor(visit, method, id, way.linkTo)
      const result = await method.login?.(request, { name, password })
      if (result === undefined) continue
      if (result.do === 'continue') message = result.message ?? message
      else return this.#follow(visit, way, method, id, result, message)
    }
    return refused(way, message)
  }

  async goOn(visit: Visit): Promise<SignInOutcome> {
    const byForm = visit.callback === ''
    const id = (byForm ? visit.form.get('stage') : visit.url.searchParams.get('state')) ?? ''
    const step = await this.#parts.steps.take(visit, id)
    const tooLate = visit.t(
      'This log-in was begun in another browser, more than ten minutes ago, or is over already. Please begin again. (Your browser must accept cookies.)',
    )
    if (step === null || step.by !== (byForm ? 'form' : 'redirect') || (!byForm && step.method !== visit.callback))
      return { ok: false, message: tooLate, status: 400 }
    const at = this.#parts.methods.all.findIndex(({ name }) => name === step.method)
    const method = this.#parts.methods.all[at]
    const record = step.user === null ? null : await this.#stillThere(step.user)
    if (method?.continueLogin === undefined || (step.user !== null && record === null)) return refused(step, tooLate, 400)
    // Begun by somebody who was signed in, to connect an account: whoever is here now must be the same.
    if (step.linkTo !== null && visit.user.id !== step.linkTo) return refused(step, tooLate, 400)

    // Not the tries of the name itself: whoever has the password may have come from this address before, and is not to be spared.
    const tried = `${record?.name ?? ''} ${method.name} step`
    const wait = byForm ? this.#parts.limits.take(visit.remoteAddress, tried) : 0
    if (wait > 0) return throttled(visit, step, wait)
    const next = this.#parts.ids.next()
    const request = this.#parts.methods.requestFor(visit, method, next, step.linkTo)
    const values = byForm ? stepFields(visit.form) : visit.url.searchParams
    const result = await method.continueLogin(request, { state: step.state, values, url: visit.url, user: record })
    if (byForm && (result.do === 'login' || result.do === 'continue')) this.#parts.limits.giveBack(visit.remoteAddress, tried)
    if (step.user === null || record === null)
      return this.#follow(visit, step, method, next, result, visit.t('Nobody was logged in. Please begin again.'))
    return this.#confirmed(visit, step, { by: step.user, record, at, next }, result)
  }

  /** What a method said, about a log-in of its own. */
  async #follow(
    visit: Visit,
    way: Way,
    method: AuthMethod,
    id: string,
    result: LoginResult,
    otherwise: string,
  ): Promise<SignInOutcome> {
    if (result.do !== 'login') return this.#wait(visit, way, method, id, result, null, otherwise)
    const record = await this.#parts.users.byId(result.user)
    if (record === null || record.disabled) return refused(way, otherwise)
    if (way.linkTo !== null) {
      if (record.id === way.linkTo) return { ...refused(way, ''), ok: true, linked: true }
      return refused(way, visit.t('Another account logs in there with this already. Log in with that one.'), 409)
    }
    return this.#confirm(visit, way, record, { id: record.id, epoch: record.epoch, method: method.name, keep: result.keep }, 0)
  }

  /** Asks the methods from this one on whether somebody who was recognised may come in. */
  async #confirm(visit: Visit, way: Way, record: UserRecord, by: PendingUser, from: number): Promise<SignInOutcome> {
    for (const [at, method] of this.#parts.methods.all.entries()) {
      if (at < from || method.confirmLogin === undefined) continue
      const next = this.#parts.ids.next()
      const result = await method.confirmLogin(this.#parts.methods.requestFor(visit, method, next), record)
      if (result.do !== 'continue') return this.#confirmed(visit, way, { by, record, at, next }, result)
    }
    await this.#parts.enter(visit, record, by, way.remember)
    return { ...refused(way, ''), ok: true }
  }

  /** What a method said about letting somebody in. To say who it is, is as good as to agree, if it is the same. */
  async #confirmed(
    visit: Visit,
    way: Way,
    { by, record, at, next }: { by: PendingUser; record: UserRecord; at: number; next: string },
    result: LoginResult,
  ): Promise<SignInOutcome> {
    const method = this.#parts.methods.all[at] as AuthMethod // found by this index
    if (result.do === 'continue' || (result.do === 'login' && result.user === record.id))
      return this.#confirm(visit, way, record, by, at + 1)
    if (result.do === 'login')
      throw new TypeError(`the sign-in method ${method.name} confirmed another account than was asked about`)
    return this.#wait(visit, way, method, next, result, by, '')
  }

  async #wait(
    visit: Visit,
    way: Way,
    method: AuthMethod,
    id: string,
    result: Exclude<LoginResult, { do: 'login' }>,
    user: PendingUser | null,
    otherwise: string,
  ): Promise<SignInOutcome> {
    if (result.do === 'continue') return refused(way, result.message ?? otherwise)
    if (result.do === 'cancel') {
      const { message, status, retryAfter } = result
      return retryAfter === undefined ? refused(way, message, status) : { ...refused(way, message, status ?? 429), retryAfter }
    }
    const { page, then, remember, linkTo } = way
    await this.#parts.steps.keep(visit, id, {
      ...{ page, then, remember, linkTo },
      method: method.name,
      by: result.do,
      state: result.state ?? null,
      user,
    })
    if (result.do === 'redirect') return { ...refused(way, ''), redirect: webAddress(result.url) }
    const { do: _, state: __, ...form } = result
    return { ...refused(way, ''), step: { ...form, id } }
  }

  /** An account that was recognised some minutes ago, unless it was disabled or got another password since. */
  async #stillThere({ id, epoch }: PendingUser): Promise<UserRecord | null> {
    const record = await this.#parts.users.byId(id)
    return record === null || record.disabled || record.epoch !== epoch ? null : record
  }
}

/** As it can stand in a header. Only the web's own schemes: a method that passes on what somebody typed must not run a script. */
function webAddress(url: string): string {
  const { protocol, href } = new URL(url)
  if (protocol !== 'https:' && protocol !== 'http:') throw new TypeError(`a log-in cannot go on at ${protocol}`)
  return href
}

/** The fields of a further form, under the names that the method gave them. */
function stepFields(form: URLSearchParams): URLSearchParams {
  const fields = new URLSearchParams()
  for (const [name, value] of form) if (name.startsWith('step_')) fields.append(name.slice(5), value)
  return fields
}

function refused({ page, then }: Way, message: string, status?: number): SignInOutcome {
  return { ok: false, message, page, then, ...(status === undefined ? {} : { status }) }
}

function throttled(visit: Visit, way: Way, seconds: number): SignInOutcome {
  const message = visit.t('Too many tries: please wait {seconds, plural, one {# second} other {# seconds}}.', { seconds })
  return { ...refused(way, message, 429), retryAfter: seconds }
}
