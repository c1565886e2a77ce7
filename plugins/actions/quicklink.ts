import { leaveMessage, redirect, sharedName } from 'servus'
import type { ActionCall, ActionPage, Reply } from 'servus'

export const label = 'Add to my quick links'

export const signedIn = true

/** Puts the page among the visitor's quick links, which stand in the navigation bar. A GET asks first. */
export async function execute({ request, page, wiki }: ActionCall): Promise<Reply | ActionPage> {
  const { user, form, t } = { user: request.user, form: request.form, t: request.t.bind(request) }
  if (request.method !== 'POST') {
    return {
      title: t('Quick link to {page}', { page: page.name }),
      template: 'confirm',
      model: {
        formAction: page.url({ action: 'quicklink' }),
        question: t('Add “{page}” to your quick links?', { page: page.name }),
        explanation: t('Quick links stand in the navigation of every page, for you alone.'),
        confirmLabel: t('Add'),
      },
    }
  }
  const { quickLinks } = user
  const name = sharedName(page.name, wiki.config)
  if (!form.has('cancel') && !quickLinks.includes(name)) {
    await wiki.people.change({ quickLinks: [...quickLinks.filter((link) => link !== page.name), name] })
    leaveMessage(request.session, { kind: 'success', text: t('“{page}” is one of your quick links now.', { page: page.name }) })
  }
  return redirect(page.url())
}
