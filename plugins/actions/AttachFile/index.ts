import { badRequest, redirect } from 'servus'
import type { ActionCall, ActionPage, Reply } from 'servus'
import { listPage } from './list.ts'
import { remove } from './remove.ts'
import { sendFile } from './send-file.ts'
import { upload } from './upload.ts'
import { viewPage } from './view.ts'

export const label = 'Attachments'
/** Pictures of a page are fetched often and need no session; what leaves a message opens it. */
export const session = 'none'

/** The files of a page, MoinMoin's way: `do=` says what with, `target=` which file. Without `do` they are listed. */
export async function execute(call: ActionCall): Promise<Reply | ActionPage> {
  const { request, page } = call
  const what = request.values.get('do') ?? ''
  if (request.form.has('cancel')) return redirect(page.url({ action: 'AttachFile' }))
  switch (what) {
    case '':
    case 'upload_form':
    case 'list':
      return listPage(call)
    case 'get':
      return sendFile(call)
    case 'view':
      return viewPage(call)
    case 'upload':
      return request.method === 'POST' ? upload(call) : listPage(call)
    case 'del':
      return remove(call)
    default:
      throw badRequest(`AttachFile does not know how to do "${what}".`)
  }
}
