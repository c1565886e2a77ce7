import { badParameter, defineApiMethod } from 'servus'

/**
 * MoinMoin's search with options: in titles or texts, around what was found so many letters, capital letters or not, changed since, and
 * by a regular expression. Each page as [name, text around what was found].
 */
export default defineApiMethod({
  summary: 'Finds pages in titles or texts, by words or a regular expression.',
  params: { query: 'text', type: 'text?', length: 'integer?', case: 'boolean?', mtime: 'integer?', regexp: 'boolean?' },
  async execute({ params, wiki }) {
    const { query, type = 'text', length = 0, case: caseSensitive = false, mtime = 0, regexp = false } = params
    if (type !== 'text' && type !== 'titles') throw badParameter('type is "text" or "titles".')
    const { problem, results } = await wiki.search(regexp ? `regex:"${query.replaceAll('"', '\\x22')}"` : query, {
      titles: type === 'titles',
      caseSensitive,
      limit: 1000,
      snippets: length > 0,
    })
    if (problem !== '') throw badParameter(problem)
    const found: [string, string][] = []
    for (const { page, snippets } of results) {
      if (mtime > 0 && ((await wiki.pages.read(page))?.modified?.getTime() ?? 0) < mtime * 1000) continue
      const around = snippets.map((pieces) => pieces.map(({ text }) => text).join('')).join(' ')
      found.push([page, around.slice(0, Math.max(0, length))])
    }
    return found
  },
})
