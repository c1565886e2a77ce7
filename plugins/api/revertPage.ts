import { defineApiMethod, revisionMade } from 'servus'

/** Makes a new revision with the text of an old one. A deleted page is there again. */
export default defineApiMethod({
  summary: 'Brings back an older revision of a page.',
  params: { pagename: 'text', revision: 'integer', comment: 'text?' },
  changes: true,
  async execute({ page, params, wiki }) {
    const { name, revision } = await page(params.pagename, params.revision)
    revisionMade(name, await wiki.editor.revert(name, revision, params.comment ?? ''))
    return true
  },
})
