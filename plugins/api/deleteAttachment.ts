import { defineApiMethod, forbidden, noSuchAttachment } from 'servus'

/** Removes a file from a page. */
export default defineApiMethod({
  summary: 'Removes a file attached to a page.',
  params: { pagename: 'text', attachname: 'text' },
  changes: true,
  async execute({ page, params: { pagename, attachname }, request, wiki }) {
    const { name } = await page(pagename)
    if (!(await request.user.may.delete(name))) throw forbidden('You may not remove files from this page.')
    if (!(await wiki.editor.detach(name, attachname))) throw noSuchAttachment(attachname, name)
    return true
  },
})
