import { badMacroArgument, html, type Macro, type Markup } from 'servus'

export const description = 'The pages that a search finds, those that link here, or a form to search with.'
export const dependencies = ['user', 'time']

const most = 1000

/**
 * `<<FullSearch>>`: a form that finds pages by their words. `<<FullSearch()>>`: the pages that link here.
 * `<<FullSearch(category:CategoryGarden)>>`: the pages found, in the language that the form understands.
 */
export async function execute(macro: Macro, args: string | null): Promise<string | Markup> {
  const { request, page } = macro
  if (args === null) return form(macro)
  if (args !== '' && args.trim() === '')
    throw badMacroArgument(
      request.t('Please use a more selective search term instead of "{term}"', { term: args }),
      macro.name,
      page.name,
    )
  const names = args === '' ? await macro.pages.backlinks(page.name) : await found(macro, args)
  const items = names.map((name) => html`<li><a href="${macro.wiki.url(name)}">${name}</a></li>`)
  return html`<div class="searchresults">
<ol start="1">${items}</ol>
</div>`
}

async function found({ wiki, name, page }: Macro, query: string): Promise<readonly string[]> {
  const { results, problem } = await wiki.search(query, { limit: most })
  if (problem !== '') throw badMacroArgument(problem, name, page.name)
  return results.map((result) => result.page).sort()
}

function form({ request, page }: Macro): Markup {
  const button = request.t('Search Text')
  return html`<form method="get" action="${page.url()}">
<div>
<input type="hidden" name="action" value="fullsearch">
<input type="hidden" name="titlesearch" value="0">
<input type="text" name="value" size="30" value="" aria-label="${button}">
<input type="submit" value="${button}">
<br><input type="checkbox" name="context" value="160" checked aria-label="${request.t('Display context of search results')}">${request.t('Display context of search results')}
<br><input type="checkbox" name="case" value="1" aria-label="${request.t('Case-sensitive searching')}">${request.t('Case-sensitive searching')}
</div>
</form>`
}
