import { defineApiMethod } from 'servus'

export default defineApiMethod({
  summary: 'How many words a page has.',
  params: { pagename: 'text' },
  async execute({ page, params }) {
    const text = await (await page(params.pagename)).text()
    return text.split(/\s+/).filter((word) => word !== '').length
  },
})
