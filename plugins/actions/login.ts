import { redirect } from 'servus'
import type { ActionCall, ActionPage, Message, Reply } from 'servus'

export const right = null

/**
 * Name and password; then back to the page, and to what the visitor wanted there: `then` is a query of the page, `action=edit`. What was
 * wrong is told in the same words for an unknown name and a wrong password.
 */
export async function execute(call: ActionCall): Promise<Reply | ActionPage> {
  const { request, wiki } = call
  if (request.method !== 'POST') return request.user.valid ? redirect(next(call)) : ask(call)
  const name = request.form.get('name') ?? ''
  const password = request.form.get('password') ?? ''
  if (name === '' || password === '') return ask(call, 400, request.t('Please type your name and your password.'))
  const { ok, message, retryAfter } = await wiki.people.signIn({ name, password, remember: request.form.has('remember') })
  if (ok) return redirect(next(call))
  return retryAfter === undefined
    ? ask(call, 403, message)
    : { ...ask(call, 429, message), headers: { 'retry-after': String(retryAfter), 'cache-control': 'no-store' } }
}

/** Always on this very page: a link to the log-in leads nobody away from the wiki. */
function next({ request, page }: ActionCall): string {
  const query = Object.fromEntries(new URLSearchParams(request.values.get('then') ?? ''))
  return query['action'] === 'login' || query['action'] === 'logout' ? page.url() : page.url(query)
}

function ask({ request, page, wiki }: ActionCall, status = 200, message = ''): ActionPage {
  const { config } = wiki
  const mayRegister = !config.actionsExcluded.includes('newaccount') && !config.actionsSuperuser.includes('newaccount')
  const sent = request.method === 'POST'
  return {
    title: request.t('Log in'),
    status,
    template: 'login',
    messages: obstacles(request, config.cookieSecure, config.cookieLifetime[1]),
    model: {
      formAction: page.url({ action: 'login' }),
      name: request.form.get('name') ?? '',
      remember: sent ? request.form.has('remember') : request.user.preferences['rememberMe'] === true,
      rememberOffered: remembers(config.cookieLifetime[1]),
      // "For ever" is as long as a browser keeps a cookie, and renewed in use.
      rememberSpan: request.t('a year'),
      message,
      registerHref: mayRegister ? page.url({ action: 'newaccount' }) : '',
      recoverHref: '',
      hidden: request.values.has('then') ? [{ name: 'then', value: request.values.get('then') }] : [],
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
