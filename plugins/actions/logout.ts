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
        ...asked({ t: request.t.bind(request), user: request.user }, wiki.config.sitename),
      },
    }
  }
  const { refused, redirect: elsewhere } = await wiki.people.signOut()
  if (refused !== undefined) return notPossible(request, refused, back)
  if (elsewhere !== undefined) return alsoThere(request, elsewhere)
  // The page may be readable for people who are logged in only.
  return redirect((await request.user.may.read(page.name)) ? back : wiki.url(wiki.config.pageFrontPage))
}

function notPossible(request: ActionCall['request'], text: string, href: string): ActionPage {
  return {
    title: request.t('Log out'),
    status: 409,
    template: 'onward',
    model: { text, href },
    headers: { 'cache-control': 'no-store' },
  }
}

/** Where the visitor logged in by somebody else, they log out there as well. */
function alsoThere(request: ActionCall['request'], href: string): ActionPage {
  return {
    title: request.t('Log out'),
    template: 'onward',
    model: { text: request.t('You are logged out of this wiki. Now on to where you logged in …'), href },
    headers: { 'cache-control': 'no-store', refresh: `0; url=${href}`, 'referrer-policy': 'no-referrer' },
  }
}

/** A superuser who looks at the wiki as somebody else is asked about that, for nobody is logged out then. */
function asked(
  { t, user }: Pick<ActionCall['request'], 't' | 'user'>,
  sitename: string,
): Record<'question' | 'explanation' | 'confirmLabel', string> {
  const { behind } = user
  if (behind !== undefined && behind !== null) {
    return {
      question: t('Stop looking at the wiki as {name}?', { name: user.name }),
      explanation: t('You are {name} again then.', { name: behind.name }),
      confirmLabel: t('Back to {name}', { name: behind.name }),
    }
  }
  return {
    question: t('Log out of {sitename}?', { sitename }),
    explanation: t('Only this browser is logged out. The list of pages you visited is forgotten.'),
    confirmLabel: t('Log out'),
  }
}
