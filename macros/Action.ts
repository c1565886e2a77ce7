import { arg, defineMacro, html } from 'servus'

/** `<<Action(edit, Change it)>>`: a link to an action of this page; more arguments, `rev=3`, go into its address. */
export default defineMacro({
  description: 'A link to an action of this page.',
  args: { action: arg.text('show'), text: arg.text() },
  surplus: { named: true },
  dependencies: ['language'],
  execute: async (macro, { action, text }, { named }) => {
    const words = text ?? macro.request.t(action)
    if (!(await macro.wiki.pluginNames('actions')).includes(action)) return macro.formatter.text(words)
    const query: Record<string, string> = { action }
    for (const [name, value] of named) if (name !== 'action') query[name] = value ?? ''
    return html`<a class="action" href="${macro.page.url(query)}">${words}</a>`
  },
})
