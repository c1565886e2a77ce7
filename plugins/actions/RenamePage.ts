import { leaveMessage, redirect, WikiError } from 'servus'
import type { ActionCall, ActionPage, Reply } from 'servus'

export const label = 'Rename page'
export const right = 'delete'
export const needsPage = true

/** Gives a page, and those below it if wanted, a new name. History and attachments move along. */
export async function execute(call: ActionCall): Promise<Reply | ActionPage> {
  const { request, page, wiki } = call
  const { form } = request
  if (form.has('cancel')) return redirect(page.url())
  if (page.underlay) return ask(call, 403, request.t('This page comes with the wiki. It can be changed, but not renamed.'))
  if (request.method !== 'POST') return ask(call, 200, '')

  const typed = form.get('newpagename') ?? ''
  try {
    const name = wiki.pageName(typed)
    if (name === '') return ask(call, 400, request.t('Please type a name.'))
    if (name === page.name) return ask(call, 400, request.t('The page has this name already.'))
    const outcome = await wiki.editor.rename(page.name, name, {
      comment: (form.get('comment') ?? '').trim(),
      redirect: form.has('rename_redirect'),
      subpages: form.has('rename_subpages'),
    })
    if (outcome.status === 'exists') return ask(call, 409, request.t('There is a page “{name}” already.', { name: outcome.page }))
    if (outcome.status === 'refused') return ask(call, 403, outcome.reason)
    leaveMessage(request.session, {
      kind: 'success',
      text: request.t('“{old}” is called “{name}” now.', { old: page.name, name }),
    })
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
    title: request.t('Rename {page}', { page: page.name }),
    status,
    template: 'rename',
    model: {
      formAction: page.url({ action: 'RenamePage' }),
      pageName: page.name,
      newName: sent ? form.get('newpagename') : page.name,
      comment: form.get('comment') ?? '',
      redirectOffered: wiki.config.showRenameRedirect,
      redirect: sent && form.has('rename_redirect'),
      subpages: await wiki.pages.names({ prefix: `${page.name}/`, underlay: false }),
      renameSubpages: sent ? form.has('rename_subpages') : true,
      problem,
    },
  }
}
