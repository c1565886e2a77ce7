import { defineMacro, html } from 'servus'

/** `<<PageHits>>`: the pages that are looked at most. */
export default defineMacro({
  description: 'The pages that are looked at most.',
  dependencies: ['time', 'user'],
  execute: async ({ wiki }) => {
    if (wiki.isSpider) return ''
    const ranking = await wiki.hits.ranking()
    return html`<ol>${ranking.map(({ page, count }) => html`<li>${count} <a href="${wiki.url(page)}">${page}</a></li>`)}</ol>`
  },
})
