import { html, type Macro, type Markup } from 'servus'

export const description = 'The pages with some words in their titles.'
export const dependencies = ['namespace', 'user']

const most = 5000

/** `<<PageList(Garden)>>`, `<<PageList(regex:^Help)>>`: the pages with this in their titles; all of them without. */
export async function execute({ wiki }: Macro, args: string | null): Promise<Markup> {
  const needle = args === null || args.trim() === '' ? 'regex:.+' : args
  const { results } = await wiki.search(needle, { titles: true, limit: most })
  const found = [...results].sort((a, b) => (a.page < b.page ? -1 : 1))
  const items = found.map(
    ({ page, title }) =>
      html`<li><a href="${wiki.url(page)}">${title.map(({ text, mark }) => (mark ? html`<strong>${text}</strong>` : text))}</a></li>`,
  )
  return html`<div class="searchresults">
<ol start="1">${items}</ol>
</div>`
}
