import { defineApiMethod } from 'servus'

/** Who made the current revision of a page, and when. */
export default defineApiMethod({
  summary: 'Name, version, author and time of a page.',
  params: { pagename: 'text' },
  execute: async ({ page, params, info }) => info(await page(params.pagename)),
})
