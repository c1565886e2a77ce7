import type { Document, FormatContext } from 'servus'
import { Blocks } from './blocks.ts'

export const mimetype = 'text/markdown'
export const extension = '.md'

/**
 * CommonMark, with the tables and the strike-through of GitHub's dialect: for pages that move elsewhere. Links are complete; what
 * Markdown has no words for is written in the few HTML elements it knows, and a macro stays as a comment.
 */
export function format(document: Document, { page, address }: FormatContext): string {
  const body = new Blocks(address).write(document.children)
  return `${/^# /.test(body) ? '' : `# ${new Blocks(address).line([{ type: 'text', text: page.name }])}\n\n`}${body}\n`
}
