import { defineApiMethod } from 'servus'

/** The names of the files attached to a page. */
export default defineApiMethod({
  summary: 'The names of the files attached to a page.',
  params: { pagename: 'text' },
  async execute({ page, params, wiki }) {
    const { name } = await page(params.pagename)
    return (await wiki.pages.attachments(name)).map((file) => file.name)
  },
})
