import { redirect } from 'servus'
import type { ActionCall, ActionPage, Reply } from 'servus'

export const right = null

/**
 * Ends the visitor's session in this browser: other devices stay signed in. A link alone cannot log anybody out: a GET asks.
 */
export async function execute({ request, page, wiki }: ActionCall): Promise<Reply | ActionPage> {
  const back = page.url()
  if (!request.user.valid || request.form.has('cancel')) return redirect(back)
  if (request.method !== 'POST') {
    return {
      title: request.t('Log out'),
      template: 'confirm',
      model: {
        formAction: page.url({ action: 'logout' }),
        question: request.t('Log out of {sitename}?', { sitename: wiki.config.sitename }),
        explanation: request.t('Only this browser is logged out. The list of pages you visited is forgotten.'),
        confirmLabel: request.t('Log out'),
      },
    }
  }
  wiki.people.signOut()
  // The page may be readable for people who are logged in only.
  return redirect((await request.user.may.read(page.name)) ? back : wiki.url(wiki.config.pageFrontPage))
}
