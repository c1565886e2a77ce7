import { defineApiMethod } from 'servus'

/** One revision of a page, made HTML as the wiki is now. */
export default defineApiMethod({
  summary: 'One revision of a page in HTML.',
  params: { pagename: 'text', revision: 'integer' },
  wholeText: true,
  async execute({ page, params, wiki }) {
    const shown = await page(params.pagename, params.revision)
    return wiki.render(shown, await shown.text())
  },
})
