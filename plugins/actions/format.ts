import { disposition, noSuchPage, noSuchRevision, reply, WikiError, wholeNumber } from 'servus'
import type { ActionCall, Reply } from 'servus'

export const methods = ['GET'] as const

/** The page in another format: `?action=format&mimetype=text/plain`, an old revision with `rev=`. */
export async function execute({ request, page, wiki }: ActionCall): Promise<Reply> {
  const revision = wholeNumber(request.values, 'rev') || undefined
  const found = await wiki.pages.read(page.name, revision)
  if (found === null) throw revision === undefined ? noSuchPage(page.name) : noSuchRevision(page.name, revision)
  const wanted = request.values.get('mimetype') || 'text/plain'
  const formatted = await wiki.format(found, wanted)
  if (formatted === null) throw unknownType(request, wanted, await wiki.formats())

  const { mimetype, extension, body } = formatted
  const isText = typeof body === 'string'
  return reply(200, body, {
    'content-type': isText ? `${mimetype}; charset=utf-8` : mimetype,
    'content-disposition': disposition(
      isReadable(mimetype) ? 'inline' : 'attachment',
      page.name.replaceAll('/', '_') + extension,
    ),
    'cache-control': 'no-cache',
    'x-robots-tag': 'noindex',
    'x-content-type-options': 'nosniff',
    // Whatever a formatter makes of strangers' words, nothing in it runs, is sent or is framed here.
    'content-security-policy':
      "default-src 'none'; img-src 'self' data: http: https:; media-src 'self' http: https:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  })
}

/** What browsers show as it is, and nothing of what they might run. */
const isReadable = (type: string): boolean => /^(?:text\/(?:plain|html|csv|markdown)|application\/json)$/.test(type)

function unknownType(request: ActionCall['request'], wanted: string, known: readonly string[]): WikiError {
  const message = request.t('No formatter of this wiki writes “{type}”. There are: {types}.', {
    type: wanted.slice(0, 100),
    types: known.join(', '),
  })
  return new WikiError('unknown-format', message, { status: 406, expose: true })
}
