import { defineMacro, html } from 'servus'

/** `<<EditTemplates>>`: the templates that this page can be made of. */
export default defineMacro({
  description: 'The templates that this page can be made of.',
  dependencies: ['namespace', 'user'],
  execute: async ({ pages, page, request, wiki }) => {
    if (wiki.isSpider) return ''
    const templates = await pages.names({ matching: request.config.pageTemplateRegex })
    return html`<ul>${templates.map((template) => html`<li><a href="${page.url({ action: 'edit', template })}">${template}</a></li>`)}</ul>`
  },
})
