import { byteSize, html, noSuchAttachment } from 'servus'
import type { ActionCall, ActionPage, Markup } from 'servus'
import { fileType } from './file-type.ts'

const longestText = 500_000

/** `do=view`: a picture, a recording or a text within the wiki's frame. */
export async function viewPage({ request, page, wiki }: ActionCall): Promise<ActionPage> {
  const name = request.values.get('target') ?? ''
  const file = await wiki.store.attachment(page.name, name)
  if (file === null) throw noSuchAttachment(name, page.name)
  const { kind } = fileType(name, wiki.config.mimetypesXssProtect)
  const href = page.url({ action: 'AttachFile', do: 'get', target: name })
  const facts = html`<p><a href="${href}">${request.t('Get the file')}</a> (${byteSize(file.size)}, <time datetime="${file.modified.toISOString()}">${wiki.formatDateTime(file.modified)}</time>) · <a href="${page.url({ action: 'AttachFile' })}">${request.t('All attachments')}</a></p>`
  return { title: name, body: html`${facts}${await show()}` }

  async function show(): Promise<Markup> {
    if (kind === 'image') return html`<p><img src="${href}" alt="${name}"></p>`
    if (kind === 'audio') return html`<p><audio src="${href}" controls preload="metadata"></audio></p>`
    if (kind === 'video') return html`<p><video src="${href}" controls preload="metadata"></video></p>`
    if (kind !== 'text' || file === null) return html`<p>${request.t('A browser cannot show this file.')}</p>`
    return html`<pre tabindex="0" dir="auto">${await beginning(file)}</pre>${file.size > longestText ? html`<p>${request.t('The rest is left out.')}</p>` : null}`
  }
}

async function beginning(file: {
  size: number
  open(range?: { start: number; end: number }): AsyncIterable<unknown>
}): Promise<string> {
  if (file.size === 0) return ''
  const chunks: Uint8Array[] = []
  // A file stream without an encoding hands out Buffers.
  for await (const chunk of file.open({ start: 0, end: Math.min(file.size, longestText) - 1 })) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
