import { defineApiMethod, revisionMade } from 'servus'

/**
 * Saves the text of a page, which is made when it is not there. `revision` is the one that the caller read: what others changed meanwhile
 * is merged then, and refused as a conflict where it cannot be. Without it the text takes the place of whatever is there.
 */
export default defineApiMethod({
  summary: 'Saves the text of a page.',
  params: { pagename: 'text', pagetext: 'text', comment: 'text?', revision: 'integer?' },
  changes: true,
  async execute({ params, wiki }) {
    const name = wiki.pageName(params.pagename)
    const base = params.revision ?? (await wiki.store.state(name)).revision
    revisionMade(name, await wiki.editor.save(name, { text: params.pagetext, base, comment: params.comment ?? '' }))
    return true
  },
})
