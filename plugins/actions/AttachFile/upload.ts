import { byteSize, forbidden, leaveMessage, redirect, WikiError } from 'servus'
import type { ActionCall, ActionPage, Reply } from 'servus'
import { listPage } from './list.ts'

/** `do=upload`: keeps the files of the form. Of several, those that can be kept are; the others are named. */
export async function upload(call: ActionCall): Promise<Reply | ActionPage> {
  const { request, page, wiki } = call
  if (!(await request.user.may.write(page.name))) throw forbidden('You may not attach files to this page.')
  await request.session.open()
  const files = request.files.filter(({ field }) => field === 'file')
  if (files.length === 0) return listPage(call, 400, request.t('Please choose a file.'))

  const target = (request.form.get('target') ?? '').trim()
  const saved: string[] = []
  const problems: string[] = []
  let status = 400
  for (const { name, bytes } of files) {
    const called = files.length === 1 && target !== '' ? target : name
    try {
      const outcome = await wiki.editor.attach(page.name, called, bytes, { overwrite: request.form.has('overwrite') })
      if (outcome === 'saved') saved.push(called)
      else {
        status = 409
        problems.push(
          request.t('There is a file “{name}” already. Choose it again and tick “Replace”, or give it another name.', {
            name: called,
          }),
        )
      }
    } catch (error) {
      if (!(error instanceof WikiError && error.expose)) throw error
      status = error.status
      problems.push(request.t(error.message))
    }
  }
  const text =
    saved.length === 1
      ? request.t('“{name}” ({size}) is attached.', { name: saved[0], size: byteSize(files[0]?.bytes.length ?? 0) })
      : request.t('{count} files are attached.', { count: saved.length })
  if (problems.length > 0) {
    const page = await listPage(call, status, problems.join(' '))
    return saved.length === 0 ? page : { ...page, messages: [{ kind: 'success', text }] }
  }
  leaveMessage(request.session, { kind: 'success', text })
  return redirect(page.url({ action: 'AttachFile' }))
}
