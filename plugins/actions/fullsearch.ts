import type { ActionCall, ActionPage } from 'servus'

export const methods = ['GET'] as const
export const right = null
export const session = 'none'

const pageSize = 50

/**
 * Finds pages: `?action=fullsearch&value=words`. Every word must be in the title. (Texts are searched as soon as there is an index of
 * them.) `case=1`: capital letters matter.
 */
export async function execute({ request, page, wiki }: ActionCall): Promise<ActionPage> {
  const { values, user } = request
  const query = (values.get('value') ?? '').normalize('NFC').trim().slice(0, 200)
  const caseSensitive = values.has('case')
  const searched = query !== ''
  const words = query.split(/\s+/).filter((word) => word !== '')
  // Only names that fit are looked at more closely: whether a page may be read is the expensive question.
  const found = searched ? sort(await wiki.pages.names({ matching: withAll(words, caseSensitive) }), query) : []
  const start = Math.max(0, Number(values.get('from')) || 0)
  const link = (from: number): string =>
    page.url({
      action: 'fullsearch',
      value: query,
      titlesearch: 1,
      ...(caseSensitive ? { case: 1 } : {}),
      ...(from > 0 ? { from } : {}),
    })

  const name = searched ? wiki.pageName(query) : ''
  const exact = name !== '' && (await wiki.pages.read(name)) !== null
  const mayCreate = name !== '' && !exact && (await user.may.write(name))
  return {
    title: searched ? request.t('Search: {query}', { query }) : request.t('Search'),
    template: 'search',
    model: {
      formAction: page.url(),
      query,
      titles: true,
      caseSensitive,
      searched,
      count: found.length,
      took: '',
      problem: '',
      exact: exact ? { text: name, href: wiki.url(name) } : null,
      createHref: mayCreate ? wiki.url(name, { action: 'edit' }) : '',
      results: found
        .slice(start, start + pageSize)
        .map((title) => ({ title: marked(title, words, caseSensitive), href: wiki.url(title), snippets: [], facts: '' })),
      previousHref: start > 0 ? link(Math.max(0, start - pageSize)) : '',
      nextHref: start + pageSize < found.length ? link(start + pageSize) : '',
      similar: [],
    },
  }
}

/** A pattern of names that hold every word. */
function withAll(words: readonly string[], caseSensitive: boolean): RegExp {
  return new RegExp(`^${words.map((word) => `(?=.*${plain(word)})`).join('')}`, caseSensitive ? 'su' : 'isu')
}

const plain = (word: string): string => word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

/** The name itself first, then names that begin with the query, then the others; each by length. */
function sort(names: readonly string[], query: string): string[] {
  const wanted = query.toLowerCase()
  const rank = (name: string): number => {
    const lower = name.toLowerCase()
    return lower === wanted ? 0 : lower.startsWith(wanted) ? 1 : 2
  }
  const ranked = names.map((name) => ({ name, rank: rank(name) }))
  return ranked.sort((a, b) => a.rank - b.rank || a.name.length - b.name.length).map(({ name }) => name)
}

/** The title cut at the words that were looked for. */
function marked(title: string, words: readonly string[], caseSensitive: boolean): { text: string; mark: boolean }[] {
  const alternatives = words.map(plain).join('|')
  return title
    .split(new RegExp(`(${alternatives})`, caseSensitive ? 'u' : 'iu'))
    .map((text, at) => ({ text, mark: at % 2 === 1 }))
    .filter(({ text }) => text !== '')
}
