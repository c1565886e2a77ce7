import { defineMacro, html } from 'servus'

/** `<<OrphanedPages>>`: pages that no other page links to. */
export default defineMacro({
  description: 'The pages that no other page links to.',
  dependencies: ['time', 'user'],
  execute: async ({ pages, wiki, signal }) => {
    if (wiki.isSpider) return ''
    const orphans: string[] = []
    for (const name of await pages.names({ underlay: false })) {
      signal.throwIfAborted()
      const others = (await pages.backlinks(name)).filter((from) => from !== name)
      if (others.length === 0) orphans.push(name)
    }
    return html`<ol>${orphans.map((name) => html`<li><a href="${wiki.url(name)}">${name}</a></li>`)}</ol>`
  },
})
