import { textReply } from 'servus'
import type { ActionCall, Reply } from 'servus'

export const methods = ['GET'] as const
export const right = null
export const session = 'none'

/** The names of all pages the visitor may read, one a line, for programs: `?action=titleindex`. */
export async function execute({ wiki }: ActionCall): Promise<Reply> {
  const names = await wiki.pages.names()
  return textReply(200, names.map((name) => `${name}\n`).join(''), { 'cache-control': 'no-cache' })
}
