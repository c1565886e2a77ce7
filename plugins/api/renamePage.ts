import { defineApiMethod, forbidden, revisionMade } from 'servus'

/** Gives a page a new name. History and attachments move along; pages below it stay. */
export default defineApiMethod({
  summary: 'Gives a page a new name.',
  params: { pagename: 'text', newpagename: 'text', comment: 'text?' },
  changes: true,
  async execute({ page, params, wiki }) {
    const { name, underlay } = await page(params.pagename)
    if (underlay) throw forbidden('This page comes with the wiki. It can be changed, but not renamed.')
    const newName = wiki.pageName(params.newpagename)
    revisionMade(name, await wiki.editor.rename(name, newName, { comment: params.comment ?? '', redirect: false }))
    return true
  },
})
