import { defineMacro, html, type Markup } from 'servus'

/** `<<SystemInfo>>`: versions; for those who are signed in, what is installed; for superusers, sizes. */
export default defineMacro({
  description: 'Versions and sizes of this wiki, as much as the reader may know.',
  dependencies: ['time', 'user'],
  execute: async ({ wiki, request }) => {
    if (wiki.isSpider) return ''
    const { servus, node, sizes } = await wiki.systemFacts()
    const row = (name: string, value: unknown): Markup => html`<dt>${name}</dt><dd>${value}</dd>
`
    const rows = [row('Servus', servus), row('Node.js', node)]
    if (request.user.valid) {
      const kinds = {
        actions: request.t('Actions'),
        macros: request.t('Macros'),
        parsers: request.t('Parsers'),
        themes: request.t('Themes'),
      } as const
      for (const kind of ['actions', 'macros', 'parsers', 'themes'] as const)
        rows.push(row(kinds[kind], (await wiki.pluginNames(kind)).join(', ')))
    }
    if (sizes !== null) {
      rows.push(row(request.t('Number of pages'), sizes.pages), row(request.t('Number of system pages'), sizes.systemPages))
      rows.push(
        row(request.t('Accumulated page sizes'), `${Math.round(sizes.textBytes / 1024)} KB`),
        row(request.t('Pages in the search index'), sizes.indexedPages),
      )
      rows.push(row(request.t('Memory in use'), `${Math.round(sizes.memoryBytes / 1_000_000)} MB`))
    }
    return html`<dl>${rows}</dl>`
  },
})
