import type { ActionCall, ActionPage } from 'servus'

export const methods = ['GET'] as const
export const right = null
export const session = 'none'

const pageSize = 50

/**
 * Finds pages: `?action=fullsearch&value=words` in titles and texts, with `titlesearch=1` in titles alone; `case=1`: capital letters
 * matter. What a query may say stands on HelpOnSearching.
 */
export async function execute({ request, page, wiki }: ActionCall): Promise<ActionPage> {
  const { values, user } = request
  const query = queryOf(values)
  const titles = isOn(values, 'titlesearch')
  const caseSensitive = isOn(values, 'case')
  const searched = query !== ''
  const from = Math.max(0, Math.trunc(Number(values.get('from')) || 0))
  const began = performance.now()
  const found = searched
    ? await wiki.search(query, { titles, caseSensitive, offset: from, limit: pageSize, snippets: !titles })
    : null
  const took = performance.now() - began
  const link = (start: number): string =>
    page.url({
      action: 'fullsearch',
      value: query,
      ...(titles ? { titlesearch: 1 } : {}),
      ...(caseSensitive ? { case: 1 } : {}),
      ...(start > 0 ? { from: start } : {}),
    })

  const name = searched ? wiki.pageName(query) : ''
  const exact = name !== '' && (await wiki.pages.read(name)) !== null
  const mayCreate = name !== '' && !exact && !/[:"()]/.test(query) && (await user.may.write(name))
  const count = found?.count ?? 0
  return {
    title: searched ? request.t('Search: {query}', { query }) : request.t('Search'),
    template: 'search',
    model: {
      formAction: page.url(),
      query,
      titles,
      caseSensitive,
      searched,
      count,
      took: searched ? request.t('{count} ms', { count: Math.round(took) }) : '',
      problem: found?.problem ?? '',
      exact: exact ? { text: name, href: wiki.url(name) } : null,
      createHref: mayCreate ? wiki.url(name, { action: 'edit' }) : '',
      results: (found?.results ?? []).map((result) => ({
        title: result.title,
        href: wiki.url(result.page),
        snippets: result.snippets,
        facts: `${(result.size / 1024).toFixed(1)} KB`,
      })),
      previousHref: from > 0 ? link(Math.max(0, from - pageSize)) : '',
      nextHref: from + pageSize < count ? link(from + pageSize) : '',
      similar: [],
    },
    messages:
      found !== null && !found.complete
        ? [
            {
              kind: 'info',
              text: request.t('The search index is being made ({done} of {total} pages): some pages may be missing here.', {
                ...found.progress,
              }),
            },
          ]
        : [],
  }
}

/** MoinMoin's forms send `titlesearch=0`. */
const isOn = (values: URLSearchParams, name: string): boolean => ![null, '', '0'].includes(values.get(name))

/** The query of the simple form, or of the fields of the advanced one. */
function queryOf(values: URLSearchParams): string {
  const value = (name: string): string => (values.get(name) ?? '').normalize('NFC').trim().slice(0, 500)
  if (!isOn(values, 'advancedsearch')) return value('value')
  const each = (name: string, prefix: string): string[] => words(value(name)).map((word) => `${prefix}${word}`)
  const either = (terms: readonly string[]): string => (terms.length > 1 ? `(${terms.join(' or ')})` : (terms[0] ?? ''))
  const parts = [
    value('and_terms'),
    either(each('or_terms', '')),
    ...each('not_terms', '-'),
    either(each('categories', 'category:')),
    either(each('mimetype', 'mimetype:')),
    either(each('language', 'language:')),
  ]
  return parts.filter((part) => part !== '').join(' ')
}

const words = (text: string): readonly string[] => text.match(/"[^"]*"|\S+/g) ?? []
