import { arg, defineMacro, html } from 'servus'

/** `<<NewPage(HelpTemplate, Ask something, Questions, 2026-%s)>>`: a form that makes a page; `@ME` and `@SELF` stand for parents. */
export default defineMacro({
  description: 'A form that makes a page.',
  args: { template: arg.text(''), button_label: arg.text(), parent_page: arg.text(''), name_template: arg.text('%s') },
  dependencies: ['language', 'user'],
  execute: ({ page, request, formatter }, { template, button_label, parent_page, name_template }) => {
    const { user } = request
    if (parent_page === '@ME' && !user.valid) return formatter.text('')
    const parent = parent_page === '@ME' ? user.name : parent_page === '@SELF' ? page.name : parent_page
    const button = button_label ?? request.t('Create New Page')
    // A template without a place for words names the page itself.
    const field = name_template.includes('%s')
      ? html`<input type="text" name="pagename" size="30" aria-label="${request.t('Name of the page')}">
`
      : ''
    return html`<form class="macro" method="POST" action="${page.url()}"><div>
<input type="hidden" name="action" value="newpage">
<input type="hidden" name="parent" value="${parent}">
<input type="hidden" name="template" value="${template}">
<input type="hidden" name="nametemplate" value="${name_template}">
${field}<input type="submit" value="${button}">
</div></form>`
  },
})
