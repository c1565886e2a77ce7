import type { ActionCall, ActionPage } from 'servus'

export const label = 'Print view'
export const methods = ['GET'] as const
export const needsPage = true

/** The page alone, without navigation: for paper. */
export async function execute({ page, wiki }: ActionCall): Promise<ActionPage> {
  const content = await wiki.render(page)
  return { title: page.name, template: 'show', model: { content, old: null, redirectedFrom: null }, bare: true }
}
