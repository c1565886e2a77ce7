import { arg, defineMacro, html } from 'servus'

/** `<<AttachList(OtherPage, image/*, plan)>>`: the files attached to a page: of a type, with a regular expression in their names. */
export default defineMacro({
  description: 'The files attached to a page.',
  args: { pagename: arg.text(), mime_type: arg.text('*'), search_term: arg.text('.+') },
  dependencies: ['user', 'time'],
  execute: async ({ pages, wiki, request, page }, { pagename, mime_type, search_term }) => {
    const name = pagename ?? page.name
    const files = await pages.attachments(name)
    const places = wiki.find(
      search_term,
      files.map((file) => file.name),
    )
    const found = files.filter((file, at) => places[at]?.length && hasType(wiki.mimeType(file.name), mime_type))
    if (found.length === 0) return html`<p>${request.t('No attachments stored for {pagename}', { pagename: name })}</p>`
    const link = (what: string, file: string) =>
      html`<a href="${wiki.url(name, { action: 'AttachFile', do: what, target: file })}">${request.t(what)}</a>`
    const items = found.map(
      (file) =>
        html`<li>[${link('get', file.name)}&nbsp;| ${link('view', file.name)}] (${wiki.formatDateTime(file.modified, 'exact')}, ${(file.size / 1024).toFixed(1)} KB) [[attachment:${file.name}]]</li>`,
    )
    return html`<ul>${items}</ul>`
  },
})

/** `image/*` takes every picture, `*` everything. */
function hasType(type: string, wanted: string): boolean {
  if (wanted === '*' || wanted === '*/*') return true
  return wanted.endsWith('/*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted
}
