import { defineApiMethod } from 'servus'

/** The pages that a page links to, in WikiRPC's shape. */
export default defineApiMethod({
  summary: 'The links of a page to other pages.',
  params: { pagename: 'text' },
  async execute({ page, params, request, wiki }) {
    const { name: from } = await page(params.pagename)
    const links = await wiki.pages.links(from)
    return links.map((name) => ({ name, type: 'local', href: new URL(wiki.url(name), request.url).href }))
  },
})
