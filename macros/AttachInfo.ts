import { arg, defineMacro, html, Markup } from 'servus'

/** `<<AttachInfo(OtherPage)>>`: how many files are attached to a page, with a link to them. */
export default defineMacro({
  description: 'How many files are attached to a page, with a link to them.',
  args: { pagename: arg.text() },
  dependencies: ['user', 'time'],
  execute: async ({ pages, wiki, request, page, formatter }, { pagename }) => {
    const name = pagename ?? page.name
    const { length: count } = await pages.attachments(name)
    if (count === 0) return ''
    const [before = '', after = ''] = request.t('There are {link} stored for this page.').split('{link}')
    const link = html`<a href="${wiki.url(name, { action: 'AttachFile' })}">${request.t('{count} attachment(s)', { count })}</a>`
    return html`
<p>
${new Markup(formatter.text(before))}${link}${after}
</p>`
  },
})
