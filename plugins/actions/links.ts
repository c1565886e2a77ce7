import { textReply } from 'servus'
import type { ActionCall, Reply } from 'servus'

export const methods = ['GET'] as const
export const session = 'none'

/** The names of the pages that link here, one a line, for programs: `?action=links`. */
export async function execute({ page, wiki }: ActionCall): Promise<Reply> {
  const names = await wiki.pages.backlinks(page.name)
  return textReply(200, names.map((name) => `${name}\n`).join(''), { 'cache-control': 'no-cache' })
}
