import { defineApiMethod } from 'servus'

/** A page as the caller sees it: its content alone, without the theme around it. */
export default defineApiMethod({
  summary: 'A page in HTML.',
  params: { pagename: 'text' },
  wholeText: true,
  execute: async ({ page, params, wiki }) => wiki.render(await page(params.pagename)),
})
