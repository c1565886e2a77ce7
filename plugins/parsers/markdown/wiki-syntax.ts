import type { MarkdownIt } from 'markdown-it'

/** Teaches the library the wiki's own brackets: each becomes a token with what stands between them. */
export function wikiSyntax(markdown: MarkdownIt): void {
  for (const [name, open, close] of FENCES) {
    markdown.inline.ruler.before('link', name, (state, silent) => {
      if (!state.src.startsWith(open, state.pos)) return false
      const from = state.pos + open.length
      const end = findClosing(state, close, from)
      if (end <= from || end + close.length > state.posMax) return false
      if (!silent) {
        const token = state.push(name, '', 0)
        token.content = state.src.slice(from, end)
        token.markup = open
      }
      state.pos = end + close.length
      return true
    })
  }
}

const FENCES = [
  ['wiki_link', '[[', ']]'],
  ['wiki_transclusion', '{{', '}}'],
  ['wiki_macro', '<<', '>>'],
] as const

/** The next closing bracket, looked for once where there is none: a text of opening brackets stays one pass. */
function findClosing(state: { src: string; env: Record<string, unknown> }, close: string, from: number): number {
  const missing = state.env['missing'] as { src: string; words: Set<string> } | undefined
  if (missing?.src === state.src && missing.words.has(close)) return -1
  const end = state.src.indexOf(close, from)
  if (end >= 0) return end
  if (missing?.src === state.src) missing.words.add(close)
  else state.env['missing'] = { src: state.src, words: new Set([close]) }
  return -1
}
