import { defineMacro, html } from 'servus'

/** `<<WikiConfig>>`: for superusers, the options of this wiki that are not as they came; nothing for others. */
export default defineMacro({
  description: 'For superusers, the options of this wiki that are not as they came.',
  dependencies: ['user'],
  execute: ({ wiki, request }) => {
    if (!request.user.isSuperUser) return ''
    const changed = wiki.settings().filter(({ isDefault, value }) => !isDefault && value !== null)
    const rows = changed.map(
      ({ name, fallback, value }) =>
        html`<tr><td>${name}</td><td><code>${fallback}</code></td><td><code>${value}</code></td></tr>`,
    )
    return html`<div><table><thead><tr><th>${request.t('Variable name')}</th><th>${request.t('Default')}</th><th>${request.t('Setting')}</th></tr></thead><tbody>${rows}</tbody></table></div>`
  },
})
