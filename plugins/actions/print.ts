import { writtenIn } from 'servus'
import type { ActionCall, ActionPage } from 'servus'

export const label = 'Print view'
export const methods = ['GET'] as const
export const needsPage = true

/** The page alone, without navigation: for paper. */
export async function execute({ page, wiki }: ActionCall): Promise<ActionPage> {
  const model = { content: await wiki.render(page), written: await writtenIn(page, wiki), old: null, redirectedFrom: null }
  return { title: page.name, template: 'show', model, bare: true }
}
