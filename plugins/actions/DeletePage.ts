import { leaveMessage, redirect } from 'servus'
import type { ActionCall, ActionPage, Reply } from 'servus'

export const label = 'Delete page'
export const right = 'delete'
export const needsPage = true

/** Deletes a page, and those below it if wanted, after a question. The history stays, and with it the way back. */
export async function execute(call: ActionCall): Promise<Reply | ActionPage> {
  const { request, page, wiki } = call
  const { form } = request
  if (form.has('cancel')) return redirect(page.url())
  const below = await wiki.pages.names({ prefix: `${page.name}/`, underlay: false })
  if (page.underlay) return ask(call, below, request.t('This page comes with the wiki. It can be changed, but not deleted.'))
  if (!form.has('doit')) return ask(call, below)

  const comment = (form.get('comment') ?? '').trim()
  // The pages below go first: if one cannot, its parent still stands.
  for (const name of [...(form.has('subpages') ? below : []), page.name]) {
    const outcome = await wiki.editor.remove(name, comment)
    if (outcome.status === 'refused')
      return ask(call, await wiki.pages.names({ prefix: `${page.name}/`, underlay: false }), outcome.reason)
  }
  leaveMessage(request.session, {
    kind: 'success',
    text: request.t('“{page}” is deleted. Its history is still there.', { page: page.name }),
  })
  return redirect(page.url())
}

function ask({ request, page }: ActionCall, below: readonly string[], problem = ''): ActionPage {
  const { t } = { t: request.t.bind(request) }
  return {
    title: t('Delete {page}', { page: page.name }),
    status: problem === '' ? 200 : 403,
    template: 'confirm',
    model: {
      formAction: page.url({ action: 'DeletePage' }),
      question: t('Delete the page “{page}”?', { page: page.name }),
      explanation: t('Its history and its attachments stay, and it can be brought back from there.'),
      items: below,
      reason: { name: 'comment', value: request.form.get('comment') ?? '', required: false },
      checks:
        below.length === 0
          ? []
          : [{ name: 'subpages', label: t('Delete the pages below it too'), checked: request.form.has('subpages') }],
      confirmLabel: t('Delete'),
      danger: true,
      problem,
    },
  }
}
