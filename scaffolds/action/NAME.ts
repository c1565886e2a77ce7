import { type ActionCall, type ActionPage, html } from 'servus'

export const label = 'Count the words'

export async function execute({ page, request, wiki }: ActionCall): Promise<ActionPage> {
  const words = (await page.text()).split(/\s+/).filter((word) => word !== '')
  const wanted = request.values.get('word') ?? ''
  const found = words.filter((word) => word === wanted).length
  return {
    title: `Words of ${page.name}`,
    body: html`<p>There are ${words.length} of them${wanted === '' ? '' : html`, and ${found} are “${wanted}”`}.</p>
<form method="post"><input type="hidden" name="ticket" value="${wiki.ticket()}">
<label>Word <input name="word" value="${wanted}"></label> <button>Count</button></form>`,
  }
}
