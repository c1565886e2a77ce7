import { redirect } from 'servus'
import type { ActionCall, ActionPage, Reply } from 'servus'

export const right = null

/** Name and password; then back to the page. What was wrong is told in the same words for an unknown name and a wrong password. */
export async function execute(call: ActionCall): Promise<Reply | ActionPage> {
  const { request, page, wiki } = call
  if (request.method !== 'POST') return request.user.valid ? redirect(page.url()) : ask(call)
  const name = request.form.get('name') ?? ''
  const password = request.form.get('password') ?? ''
  if (name === '' || password === '') return ask(call, 400, request.t('Please type your name and your password.'))
  const { ok, message, retryAfter } = await wiki.people.signIn({ name, password, remember: request.form.has('remember') })
  if (ok) return redirect(page.url())
  return retryAfter === undefined
    ? ask(call, 403, message)
    : { ...ask(call, 429, message), headers: { 'retry-after': String(retryAfter), 'cache-control': 'no-store' } }
}

function ask({ request, page, wiki }: ActionCall, status = 200, message = ''): ActionPage {
  const { config } = wiki
  const mayRegister = !config.actionsExcluded.includes('newaccount') && !config.actionsSuperuser.includes('newaccount')
  const sent = request.method === 'POST'
  return {
    title: request.t('Log in'),
    status,
    template: 'login',
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
      hidden: [],
    },
    headers: { 'cache-control': 'no-store' },
  }
}

/** A negative lifetime ignores the box, 0 lets nobody stay. */
function remembers(lifetime: number | string): boolean {
  return typeof lifetime === 'number' ? lifetime > 0 : !/^-|^0+\D*$/.test(lifetime)
}
