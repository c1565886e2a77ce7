import { type ActionCall, type ActionPage, html } from 'servus'

/** The entry in the menu of pages. */
export const label = 'NAME'

/** Counts the words of the page, and how often one of them is there. */
export async function execute({ page, request, t, wiki }: ActionCall): Promise<ActionPage> {
  const words = (await page.text()).split(/\s+/).filter((word) => word !== '')
  const wanted = request.values.get('word') ?? ''
  const found = words.filter((word) => word === wanted).length
  const all = t('{count, plural, one {There is # word.} other {There are # words.}}', { count: words.length })
  const some = t('{count, plural, one {# of them is “{word}”.} other {# of them are “{word}”.}}', { count: found, word: wanted })
  return {
    title: `Words of ${page.name}`,
    body: html`<p>${wanted === '' ? all : `${all} ${some}`}</p>
<form method="post"><input type="hidden" name="ticket" value="${wiki.ticket()}">
<label>Word <input name="word" value="${wanted}"></label> <button>Count</button></form>`,
  }
}
