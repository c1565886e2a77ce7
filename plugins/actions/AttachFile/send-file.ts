import { badRequest, disposition, noSuchAttachment, reply } from 'servus'
import type { ActionCall, Reply } from 'servus'
import { fileType } from './file-type.ts'
import { rangeOf } from './range.ts'

/** `do=get`: the file itself, or the part of it that a player asks for. */
export async function sendFile({ request, page, wiki }: ActionCall): Promise<Reply> {
  if (request.method === 'POST') throw badRequest('A file is fetched with GET.')
  const name = request.values.get('target') ?? ''
  const file = await wiki.store.attachment(page.name, name)
  if (file === null) throw noSuchAttachment(name, page.name)

  const { type, inline } = fileType(name, wiki.config.mimetypesXssProtect)
  const etag = `"${file.size.toString(36)}-${Math.floor(file.modified.getTime()).toString(36)}"`
  const headers = {
    'content-type': type,
    'content-disposition': disposition(inline ? 'inline' : 'attachment', name),
    'x-content-type-options': 'nosniff',
    // Whatever is in there stays alone. Browsers show no PDF in a sandbox.
    ...(type === 'application/pdf'
      ? {}
      : {
          'content-security-policy':
            "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'; sandbox",
        }),
    'accept-ranges': 'bytes',
    'last-modified': file.modified.toUTCString(),
    'cache-control': 'no-cache',
    etag,
  }
  const range = rangeOf(request.headers, file.size, etag, file.modified)
  if (range === 'unsatisfiable')
    return reply(416, '', { 'content-range': `bytes */${file.size}`, 'x-content-type-options': 'nosniff' })
  if (range === null) return reply(200, file.open(), { ...headers, 'content-length': String(file.size) })
  return reply(206, file.open(range), {
    ...headers,
    'content-range': `bytes ${range.start}-${range.end}/${file.size}`,
    'content-length': String(range.end - range.start + 1),
  })
}
