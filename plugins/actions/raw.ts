import { createHash } from 'node:crypto'
import { noSuchPage, noSuchRevision, textReply, wholeNumber } from 'servus'
import type { ActionCall, Reply } from 'servus'

export const label = 'Raw text'
export const methods = ['GET'] as const
export const session = 'none'

/** The text as it is stored: `?action=raw`, an old one with `rev=`. */
export async function execute({ request, page, wiki }: ActionCall): Promise<Reply> {
  // MoinMoin's links say rev=0 for the current text.
  const revision = wholeNumber(request.values, 'rev') || undefined
  const found = await wiki.pages.read(page.name, revision)
  if (found === null) throw revision === undefined ? noSuchPage(page.name) : noSuchRevision(page.name, revision)
  const text = await found.text()
  // From the text and not the number: a page that was deleted and made again may count from 1 again.
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 20)}"`
  return textReply(200, text, {
    etag,
    'cache-control': 'no-cache',
    'x-robots-tag': 'noindex',
    // What strangers wrote is never to be run here, whatever a browser takes it for.
    'content-security-policy': "default-src 'none'; sandbox",
  })
}
