import { arg, defineMacro, html, Markup } from 'servus'

/** `<<WikiConfigHelp(cookie)>>`: what the options of a configuration mean: all, or those whose names begin so. */
export default defineMacro({
  description: 'What the options of a configuration mean.',
  args: { section: arg.text(), show_heading: arg.bool(true), show_descriptions: arg.bool(true), heading_level: arg.int(2) },
  dependencies: ['user'],
  bringsText: true,
  execute: (macro, { section, show_heading, show_descriptions, heading_level }) => {
    const { request, wiki } = macro
    const shown = wiki.settings().filter(({ name }) => section === null || name.startsWith(section))
    const rows = shown.map(({ name, type, fallback, meaning, example }) => {
      const description = show_descriptions ? html`<td>${meaning} <code>${name}: ${example}</code></td>` : ''
      return html`<tr><td><code>${name}</code></td><td>${type}</td><td><code>${fallback}</code></td>${description}</tr>`
    })
    const table = html`<div><table><thead><tr><th>${request.t('Variable name')}</th><th>${request.t('Kind')}</th><th>${request.t('Default')}</th>${show_descriptions ? html`<th>${request.t('Description')}</th>` : ''}</tr></thead><tbody>${rows}</tbody></table></div>`
    if (!show_heading) return table
    const depth = Math.min(Math.max(heading_level, 1), 5)
    const words = section === null ? request.t('All options') : section
    const tag = new Markup(`h${depth}`)
    return html`<${tag} id="${macro.addHeading(depth, words)}">${words}</${tag}>
${table}`
  },
})
