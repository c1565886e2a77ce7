import { defineMacro, html } from 'servus'

/** `<<EditedSystemPages>>`: system pages that this wiki has changed. */
export default defineMacro({
  description: 'System pages that this wiki has changed.',
  dependencies: ['time', 'user'],
  execute: async ({ pages, wiki }) => {
    const edited = await wiki.editedSystemPages()
    const readable = new Set(await pages.names())
    return html`<ol>${edited.filter((name) => readable.has(name)).map((name) => html`<li><a href="${wiki.url(name)}">${name}</a></li>`)}</ol>`
  },
})
