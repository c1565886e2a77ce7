import { leaveMessage, redirect, sharedName } from 'servus'
import type { ActionCall, ActionPage, Reply } from 'servus'

export const signedIn = true

/** Takes the page from the visitor's quick links. A GET asks first. */
export async function execute({ request, page, wiki }: ActionCall): Promise<Reply | ActionPage> {
  const { user, form, t } = { user: request.user, form: request.form, t: request.t.bind(request) }
  if (request.method !== 'POST') {
    return {
      title: t('Quick link to {page}', { page: page.name }),
      template: 'confirm',
      model: {
        formAction: page.url({ action: 'quickunlink' }),
        question: t('Take “{page}” from your quick links?', { page: page.name }),
        explanation: '',
        confirmLabel: t('Take away'),
      },
    }
  }
  const names = [page.name, sharedName(page.name, wiki.config)]
  if (!form.has('cancel') && user.quickLinks.some((link) => names.includes(link))) {
    await wiki.people.change({ quickLinks: user.quickLinks.filter((link) => !names.includes(link)) })
    leaveMessage(request.session, {
      kind: 'success',
      text: t('“{page}” is no longer one of your quick links.', { page: page.name }),
    })
  }
  return redirect(page.url())
}
