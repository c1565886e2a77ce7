import { forbidden, redirect } from 'servus'
import type { ActionCall, ActionPage, Reply } from 'servus'

export const right = null
export const signedIn = true

/** MoinMoin's setuid: a superuser looks at the wiki as somebody else. Logging out leads back. */
export async function execute(call: ActionCall): Promise<Reply | ActionPage> {
  const { request, page, wiki } = call
  if (!(request.user.behind ?? request.user).isSuperUser) throw forbidden(request.t('Only superusers may do this.'))
  if (request.form.has('cancel')) return redirect(page.url())
  if (request.method !== 'POST') return ask(call, '')
  const { problem } = await wiki.people.switchTo((request.form.get('name') ?? '').trim())
  if (problem !== null) return ask(call, problem)
  // The page may not be readable for whom they are now.
  return redirect((await request.user.may.read(page.name)) ? page.url() : wiki.url(wiki.config.pageFrontPage))
}

function ask({ request, page }: ActionCall, problem: string): ActionPage {
  return {
    title: request.t('Look as another user'),
    status: problem === '' ? 200 : 400,
    template: 'switchuser',
    model: { formAction: page.url({ action: 'switchuser' }), name: request.form.get('name') ?? '', problem },
    headers: { 'cache-control': 'no-store' },
  }
}
