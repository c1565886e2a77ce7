import { defineMacro, html } from 'servus'

/** `<<WantedPages>>`: pages that others link to and nobody has written, with those others; `?allpages=1` looks at system pages too. */
export default defineMacro({
  description: 'The pages that others link to and nobody has written yet.',
  dependencies: ['time', 'user', 'request'],
  execute: async ({ pages, page, request, wiki, signal }) => {
    if (wiki.isSpider) return ''
    const all = Number(request.values.get('allpages') ?? 0) > 0
    const wanted = new Map<string, string[]>()
    const existing = new Map<string, boolean>()
    for (const from of await pages.names({ underlay: all })) {
      signal.throwIfAborted()
      for (const name of new Set(await pages.links(from))) {
        let exists = existing.get(name)
        if (exists === undefined) existing.set(name, (exists = await pages.exists(name)))
        if (exists) continue
        const known = wanted.get(name)
        if (known === undefined) wanted.set(name, [from])
        else known.push(from)
      }
    }
    const toggle = html`<p><a href="${page.url({ allpages: all ? 0 : 1 })}">${all ? request.t('Exclude system pages') : request.t('Include system pages')}</a></p>`
    if (wanted.size === 0) return html`<p>${request.t('No wanted pages in this wiki.')}</p>${toggle}`
    const items = [...wanted]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, sources]) => {
        const links = sources.map((from, at) => html`${at === 0 ? '' : ', '}<a href="${wiki.url(from)}">${from}</a>`)
        return html`<li><a class="nonexistent" href="${wiki.url(name)}">${name}</a>: ${links}</li>`
      })
    return html`${toggle}<ol>${items}</ol>`
  },
})
