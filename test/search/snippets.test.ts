import { describe, expect, it } from 'vitest'
import type { PatternFinder } from '../../core/base/pattern.ts'
import { parseQuery } from '../../core/search/query.ts'
import { markedTerms, snippets } from '../../core/search/snippets.ts'

const plain = { titles: false, caseSensitive: false }
const termsOf = (text: string) => {
  const query = parseQuery(text, plain)
  return query === null ? [] : markedTerms(query)
}

describe('what a search shows of a page', () => {
  it('is cut out in one pass, whatever unfinished links and macros it is made of', () => {
    // A pattern that fits all of the text, so that all of it is shown: in a second pass from each bracket this takes minutes.
    const everywhere = { find: (_: string, [text = '']: readonly string[]) => [[[0, text.length]]] } as unknown as PatternFinder
    for (const part of ['[', '[[a|', '<<a(', '{{{', "'"]) {
      const text = part.repeat(100_000)
      expect(snippets(text, termsOf('regex:x'), everywhere)).toHaveLength(1)
    }
  })

  it('marks each term once, and of many patterns, each of which may be slow on every page, the first five', () => {
    expect(termsOf('rose rose regex:a+ regex:a+').map(({ value }) => value)).toEqual(['rose', 'a+'])
    const many = termsOf(Array.from({ length: 60 }, (_, n) => `regex:a|${n} w${n}`).join(' '))
    expect(many.filter(({ regex }) => regex)).toHaveLength(5)
    expect(many.length).toBeLessThanOrEqual(30)
  })
})
