import type { Document, FormatContext } from 'servus'

export const mimetype = 'text/plain'
export const extension = '.txt'

/** The words alone, blocks on lines of their own. */
export function format(_: Document, { page, plainText }: FormatContext): string {
  return `${page.name}\n${'='.repeat(page.name.length)}\n\n${plainText()}\n`
}
