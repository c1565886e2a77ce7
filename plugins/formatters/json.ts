import type { Document, FormatContext } from 'servus'

export const mimetype = 'application/json'
export const extension = '.json'

/** The document as the parser made it, with the positions of its nodes in the text: for programs that want more than words. */
export function format(document: Document, { page, request }: FormatContext): string {
  const about = { page: page.name, revision: page.revision, url: request.url.origin + page.url(), modified: page.modified }
  return `${JSON.stringify({ ...about, document }, (_, value: unknown) => (value instanceof Map ? Object.fromEntries(value) : value), 1)}\n`
}
