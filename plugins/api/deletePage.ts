import { defineApiMethod, forbidden, revisionMade } from 'servus'

/** Deletes a page. Its history stays, and `revertPage` brings it back. */
export default defineApiMethod({
  summary: 'Deletes a page.',
  params: { pagename: 'text', comment: 'text?' },
  changes: true,
  async execute({ page, params, wiki }) {
    const { name, underlay } = await page(params.pagename)
    if (underlay) throw forbidden('This page comes with the wiki. It can be changed, but not deleted.')
    revisionMade(name, await wiki.editor.remove(name, params.comment ?? ''))
    return true
  },
})
