import { leaveMessage, redirect } from 'servus'
import type { ActionCall, ActionPage, Message, Reply, SignInOutcome } from 'servus'

export const right = null

/**
 * Name and password, or a button for each way of logging in elsewhere; then back to the page, and to what the visitor wanted there: `then`
 * is a query of the page, `action=edit`. A log-in may take several steps: a further form comes back with the field `stage`, and a browser
 * that was elsewhere to the address of its way of logging in.
 */
export async function execute(call: ActionCall): Promise<Reply | ActionPage> {
  const { request, page, wiki } = call
  const { people } = wiki
  if (people.isReturning) return answer(call, await people.continueSignIn())
  const link = request.values.get('link') === '1' && request.user.valid
  if (request.method !== 'POST') return request.user.valid && !link ? redirect(back(call, page.name)) : ask(call)
  const method = request.form.get('method')
  const name = request.form.get('name') ?? ''
  const password = request.form.get('password') ?? ''
  if (method === null && (name === '' || password === ''))
    return ask(call, 400, request.t('Please type your name and your password.'))
  const started = { page: page.name, then: request.values.get('then') ?? '', remember: request.form.has('remember'), link }
  return answer(
    call,
    await people.signIn(method === null ? { ...started, name, password } : { ...started, name: '', password: '', method }),
  )
}

async function answer(call: ActionCall, outcome: SignInOutcome): Promise<Reply | ActionPage> {
  const { request, page, wiki } = call
  const { ok, message, status = 403, retryAfter, step, redirect: elsewhere, linked } = outcome
  if (elsewhere !== undefined) return goOn(call, elsewhere, request.t('On to the place where you log in …'))
  if (step !== undefined) return askMore(call, step)
  const from = outcome.page ?? page.name
  // Who is in already (in another tab, or to connect another way) is not asked for a password because something came too late.
  if (!ok && request.user.valid && wiki.people.isReturning)
    return { ...onward(request.t('Log in'), message, back(call, from, outcome.then ?? '')), status }
  if (!ok) return ask(call, retryAfter === undefined ? status : 429, message, { from, then: outcome.then ?? '', retryAfter })
  if (linked === true)
    leaveMessage(request.session, { kind: 'success', text: request.t('You can log in to your account this way from now on.') })
  const home = back(call, from, outcome.then ?? '')
  // A cookie that no other site may send along stays away from what follows on a redirect of theirs, too.
  const strict = request.method === 'GET' && wiki.config.cookieSameSite === 'strict'
  return strict ? goOn(call, home, request.t('You are logged in.')) : redirect(home)
}

/** A page that leads on by itself: browsers refuse to be redirected to other sites by the answer to a form. */
function goOn({ request }: ActionCall, href: string, text: string): ActionPage {
  return onward(request.t('Log in'), text, href, { refresh: `0; url=${href}`, 'referrer-policy': 'no-referrer' })
}

/** A sentence and a button. */
function onward(title: string, text: string, href: string, headers: Readonly<Record<string, string>> = {}): ActionPage {
  return { title, template: 'onward', model: { text, href }, headers: { 'cache-control': 'no-store', ...headers } }
}

/** Always on a page of this wiki: a link to the log-in leads nobody away from it. */
function back({ request, wiki }: ActionCall, pageName: string, then = request.values.get('then') ?? ''): string {
  const query = Object.fromEntries(new URLSearchParams(then))
  return query['action'] === 'login' || query['action'] === 'logout' ? wiki.url(pageName) : wiki.url(pageName, query)
}

interface Begun {
  readonly from: string
  readonly then: string
  readonly retryAfter?: number | undefined
}

function ask(call: ActionCall, status = 200, message = '', begun?: Begun): ActionPage {
  const { request, page, wiki } = call
  const { config, people } = wiki
  const { takesPasswords, buttons, hints } = people.loginWays
  const from = begun?.from ?? page.name
  const then = (begun?.then ?? '') || (request.values.get('then') ?? '')
  const mayRegister =
    takesPasswords && !config.actionsExcluded.includes('newaccount') && !config.actionsSuperuser.includes('newaccount')
  const link = request.user.valid
  const sent = request.method === 'POST'
  return {
    title: link ? request.t('Connect another way to log in') : request.t('Log in'),
    status,
    template: 'login',
    messages: obstacles(request, config.cookieSecure, config.cookieLifetime[1]),
    model: {
      formAction: wiki.url(from, { action: 'login' }),
      page: from,
      takesPasswords: takesPasswords && !link,
      buttons,
      hints,
      name: request.form.get('name') ?? '',
      remember: sent ? request.form.has('remember') : request.user.preferences['rememberMe'] === true,
      rememberOffered: !link && (takesPasswords || buttons.length > 0) && remembers(config.cookieLifetime[1]),
      // "For ever" is as long as a browser keeps a cookie, and renewed in use.
      rememberSpan: request.t('a year'),
      message,
      registerHref: mayRegister && !link ? wiki.url(from, { action: 'newaccount' }) : '',
      recoverHref: '',
      hidden: [...(then === '' ? [] : [{ name: 'then', value: then }]), ...(link ? [{ name: 'link', value: '1' }] : [])],
    },
    headers: {
      'cache-control': 'no-store',
      ...(begun?.retryAfter === undefined ? {} : { 'retry-after': String(begun.retryAfter) }),
    },
  }
}

/** A further form: a second factor, a name to choose. */
function askMore({ request, page }: ActionCall, step: NonNullable<SignInOutcome['step']>): ActionPage {
  const { id, title, text, inputs, button, message } = step
  return {
    title: title ?? request.t('Log in'),
    status: message === undefined ? 200 : 403,
    template: 'login-step',
    model: {
      formAction: page.url({ action: 'login' }),
      stage: id,
      text: text ?? '',
      inputs: inputs.map(({ type = 'text', value = '', autocomplete = 'off', ...input }) => ({
        ...input,
        type,
        value,
        autocomplete,
      })),
      button: button ?? request.t('Go on'),
      message: message ?? '',
    },
    headers: { 'cache-control': 'no-store' },
  }
}

/** What will keep the log-in from lasting, before anybody wonders. */
function obstacles(request: ActionCall['request'], secure: boolean | null, lifetime: number | string): Message[] {
  const texts: string[] = []
  if (secure === true && !request.secure)
    texts.push(request.t('You came by http, but this wiki keeps log-ins by https only: please use its https address.'))
  if (/^[+-]?0*\.?0*[smhdw]?$/.test(String(lifetime)))
    texts.push(request.t('This wiki keeps nobody logged in: its cookieLifetime says 0.'))
  return texts.map((text) => ({ kind: 'warning', text }))
}

/** A negative lifetime ignores the box, 0 lets nobody stay. */
function remembers(lifetime: number | string): boolean {
  return typeof lifetime === 'number' ? lifetime > 0 : !/^-|^0+\D*$/.test(lifetime)
}
