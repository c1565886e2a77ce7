import { forbidden, leaveMessage, noSuchAttachment, redirect } from 'servus'
import type { ActionCall, ActionPage, Reply } from 'servus'

/** `do=del`: removes a file, after a question. */
export async function remove({ request, page, wiki }: ActionCall): Promise<Reply | ActionPage> {
  if (!(await request.user.may.delete(page.name))) throw forbidden('You may not remove files from this page.')
  const name = request.values.get('target') ?? ''
  if ((await wiki.store.attachment(page.name, name)) === null) throw noSuchAttachment(name, page.name)
  if (request.method !== 'POST') {
    return {
      title: request.t('Remove {file}', { file: name }),
      template: 'confirm',
      model: {
        formAction: page.url({ action: 'AttachFile' }),
        question: request.t('Remove the file “{file}” from “{page}”?', { file: name, page: page.name }),
        explanation: request.t('It cannot be brought back from the history.'),
        hidden: [
          { name: 'do', value: 'del' },
          { name: 'target', value: name },
        ],
        confirmLabel: request.t('Remove'),
        danger: true,
      },
    }
  }
  await request.session.open()
  // False: a file that comes with a system page, or somebody was faster.
  const gone = await wiki.editor.detach(page.name, name)
  leaveMessage(
    request.session,
    gone
      ? { kind: 'success', text: request.t('“{file}” is removed.', { file: name }) }
      : { kind: 'warning', text: request.t('“{file}” could not be removed.', { file: name }) },
  )
  return redirect(page.url({ action: 'AttachFile' }))
}
