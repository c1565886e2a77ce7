import { defineApiMethod } from 'servus'

/** The text of a page as it is stored. */
export default defineApiMethod({
  summary: 'The text of a page.',
  params: { pagename: 'text' },
  wholeText: true,
  execute: async ({ page, params }) => (await page(params.pagename)).text(),
})
