import { defineMacro, html } from 'servus'

const most = 1000

/** `<<SystemAdmin>>`: for superusers, the accounts and the pages with attached files; nothing for others. */
export default defineMacro({
  description: 'For superusers, the accounts and the pages with attached files.',
  dependencies: ['time', 'user', 'request'],
  execute: async ({ wiki, pages, page, request }) => {
    if (!request.user.isSuperUser) return ''
    const shown = request.values.get('sysadm') === 'attachments' ? 'attachments' : 'users'
    const tab = (name: string, words: string) =>
      name === shown ? html`<strong>${words}</strong>` : html`<a href="${page.url({ sysadm: name })}">${words}</a>`
    const tabs = html`<p>${tab('users', request.t('User account browser'))} | ${tab('attachments', request.t('Attachment browser'))}</p>`
    const rows = []
    if (shown === 'users') {
      for await (const { name, email, disabled } of wiki.accounts()) {
        if (rows.length === most) break
        rows.push(
          html`<tr><td><a href="${wiki.url(name)}">${name}</a></td><td>${email}</td><td>${disabled ? request.t('disabled') : ''}</td></tr>`,
        )
      }
      return html`${tabs}<table><thead><tr><th>${request.t('Username')}</th><th>${request.t('Email')}</th><th></th></tr></thead><tbody>${rows}</tbody></table>`
    }
    for (const name of await pages.names({ underlay: false })) {
      const files = await pages.attachments(name)
      if (rows.length === most) break
      for (const file of files)
        rows.push(
          html`<tr><td><a href="${wiki.url(name, { action: 'AttachFile' })}">${name}</a></td><td>${file.name}</td><td>${file.size}</td></tr>`,
        )
    }
    return html`${tabs}<table><thead><tr><th>${request.t('Page')}</th><th>${request.t('Filename')}</th><th>${request.t('Size')}</th></tr></thead><tbody>${rows}</tbody></table>`
  },
})
