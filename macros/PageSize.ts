import { defineMacro, html } from 'servus'

const most = 1000

/** `<<PageSize>>`: the longest pages first. */
export default defineMacro({
  description: 'The longest pages first, with their sizes.',
  dependencies: ['time', 'user'],
  execute: async ({ wiki }) => {
    if (wiki.isSpider) return ''
    const { results } = await wiki.search('regex:.', { titles: true, limit: Number.MAX_SAFE_INTEGER })
    const longest = [...results].sort((a, b) => b.size - a.size).slice(0, most)
    return html`<ol>${longest.map(({ page, size }) => html`<li>${size} <a href="${wiki.url(page)}">${page}</a></li>`)}</ol>`
  },
})
