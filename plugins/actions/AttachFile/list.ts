import { byteSize, noSuchPage } from 'servus'
import type { ActionCall, ActionPage, Attachment } from 'servus'
import { fileType } from './file-type.ts'

/** The page's files, and a form for more. `problem` says why an upload failed. */
export async function listPage({ request, page, wiki }: ActionCall, status = 200, problem = ''): Promise<ActionPage> {
  const [files, mayWrite, mayDelete] = await Promise.all([
    wiki.pages.attachments(page.name),
    request.user.may.write(page.name),
    request.user.may.delete(page.name),
  ])
  if (!page.exists && files.length === 0 && !mayWrite) throw noSuchPage(page.name)
  const authors = await authorsOf(page.name)
  return {
    title: request.t('Attachments of {page}', { page: page.name }),
    status,
    template: 'attachments',
    model: {
      files: files.map(describe),
      upload: mayWrite
        ? { action: page.url({ action: 'AttachFile' }), limit: byteSize(wiki.config.uploadSizeLimit), problem }
        : null,
    },
  }

  function describe({ name, size, modified }: Attachment): Record<string, string> {
    const { kind } = fileType(name, wiki.config.mimetypesXssProtect)
    const link = (what: string): string => page.url({ action: 'AttachFile', do: what, target: name })
    return {
      name,
      size: byteSize(size),
      time: wiki.formatDateTime(modified),
      iso: modified.toISOString(),
      author: authors.get(name) ?? '',
      href: link('get'),
      viewHref: kind === 'other' ? '' : link('view'),
      deleteHref: mayDelete ? link('del') : '',
      markup: kind === 'image' ? `{{attachment:${name}}}` : `[[attachment:${name}]]`,
    }
  }

  /** Who attached what, as far as the newest part of the history tells. */
  async function authorsOf(name: string): Promise<Map<string, string>> {
    const found = new Map<string, string>()
    if (files.length === 0) return found
    for (const { action, extra, author } of await wiki.store.history(name, { limit: 300, attachments: true })) {
      if (action === 'ATTNEW' && !found.has(extra)) found.set(extra, (await wiki.author(author)).name)
    }
    return found
  }
}
