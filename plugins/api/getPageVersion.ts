import { defineApiMethod } from 'servus'

/** The text of one revision of a page. */
export default defineApiMethod({
  summary: 'The text of one revision of a page.',
  params: { pagename: 'text', revision: 'integer' },
  wholeText: true,
  execute: async ({ page, params }) => (await page(params.pagename, params.revision)).text(),
})
