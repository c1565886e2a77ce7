import { defineMacro, html, Markup } from 'servus'

/** `<<ShowSmileys>>`: what can be written and the picture it becomes. */
export default defineMacro({
  description: 'All smileys, as they are written and as they look.',
  dependencies: [],
  execute: ({ wiki, formatter }) => {
    const rows = wiki
      .smileys()
      .map((smiley) => html`<tr><td><code>${smiley}</code></td><td>${new Markup(formatter.icon(smiley))}</td></tr>`)
    return html`<div><table><tbody>${rows}</tbody></table></div>`
  },
})
