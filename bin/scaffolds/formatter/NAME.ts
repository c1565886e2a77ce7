import type { Document, FormatContext } from 'servus'

export const mimetype = 'text/x-NAME'
export const extension = '.NAME'

/** The words of the page below its name. */
export function format(_document: Document, { page, plainText }: FormatContext): string {
  return `${page.name}\n\n${plainText()}\n`
}
