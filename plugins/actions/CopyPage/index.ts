import { leaveMessage, redirect, WikiError } from 'servus'
import type { ActionCall, ActionPage, Reply } from 'servus'
import { copyPage } from './copy-page.ts'

export const label = 'Copy page'
export const needsPage = true

/** Makes a new page with the current text of this one. What the visitor may not read is never copied. */
export async function execute(call: ActionCall): Promise<Reply | ActionPage> {
  const { request, page, wiki } = call
  const { form } = request
  if (form.has('cancel')) return redirect(page.url())
  if (request.method !== 'POST') return ask(call, 200, '')
  try {
    const name = wiki.pageName(form.get('newpagename') ?? '')
    if (name === '') return await ask(call, 400, request.t('Please type a name.'))
    const outcome = await copyPage(wiki, page.name, name, {
      comment: (form.get('comment') ?? '').trim() || request.t('Copied from {page}', { page: page.name }),
      attachments: form.has('copy_attachments'),
      subpages: form.has('copy_subpages'),
    })
    if (outcome.status === 'exists')
      return await ask(call, 409, request.t('There is a page “{name}” already.', { name: outcome.page }))
    if (outcome.status === 'refused') return await ask(call, 403, outcome.reason)
    leaveMessage(request.session, { kind: 'success', text: request.t('This is the copy of “{page}”.', { page: page.name }) })
    return redirect(wiki.url(name))
  } catch (error) {
    // A name that is too long, or no name at all: the visitor types another.
    if (error instanceof WikiError && error.expose) return ask(call, error.status, request.t(error.message))
    throw error
  }
}

async function ask({ request, page, wiki }: ActionCall, status: number, problem: string): Promise<ActionPage> {
  const { form } = request
  const sent = request.method === 'POST'
  return {
    title: request.t('Copy {page}', { page: page.name }),
    status,
    template: 'copy',
    model: {
      formAction: page.url({ action: 'CopyPage' }),
      newName: sent ? form.get('newpagename') : '',
      comment: form.get('comment') ?? '',
      subpages: await wiki.pages.names({ prefix: `${page.name}/`, underlay: false }),
      copySubpages: form.has('copy_subpages'),
      attachments: (await wiki.pages.attachments(page.name)).map(({ name }) => name),
      copyAttachments: sent ? form.has('copy_attachments') : true,
      problem,
    },
  }
}
