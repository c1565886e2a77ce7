import { badParameter, defineApiMethod } from 'servus'

/** Pages found, the best first, each as [name, text around what was found]. */
export default defineApiMethod({
  summary: 'Finds pages by the words of their texts.',
  params: { query: 'text', limit: 'integer?' },
  async execute({ params: { query, limit = 1000 }, wiki }) {
    const { problem, results } = await wiki.search(query, { limit, snippets: true })
    if (problem !== '') throw badParameter(problem)
    return results.map(({ page, snippets }) => [
      page,
      snippets.map((pieces) => pieces.map(({ text }) => text).join('')).join(' '),
    ])
  },
})
