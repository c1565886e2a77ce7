import { defineApiMethod } from 'servus'

/** Who made a revision of a page, and when. */
export default defineApiMethod({
  summary: 'Name, version, author and time of one revision of a page.',
  params: { pagename: 'text', revision: 'integer' },
  execute: async ({ page, params, info }) => info(await page(params.pagename, params.revision)),
})
