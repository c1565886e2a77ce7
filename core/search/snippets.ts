import type { Piece } from '../api/search.ts'
import type { PatternFinder, Range } from '../base/pattern.ts'
import type { Query, TextTerm } from './query.ts'

const around = 70
const mostSnippets = 3
const mostMarks = 20
const mostTerms = 30
/** Each may take its 50 ms, several times a page. */
const mostPatterns = 5

/** The terms that a query looks for in words: what is marked in titles and snippets. Of a long query the first ones, each once. */
export function markedTerms(query: Query): TextTerm[] {
  const different = new Map(termsOf(query).map((term) => [JSON.stringify(term), term]))
  const patterns = [...different.values()].filter(({ regex }) => regex).slice(0, mostPatterns)
  return [...different.values()].filter((term) => !term.regex || patterns.includes(term)).slice(0, mostTerms)
}

function termsOf(query: Query): TextTerm[] {
  if (query.kind === 'text') return [query]
  return query.kind === 'and' || query.kind === 'or' ? query.parts.flatMap(termsOf) : []
}

/** A text cut at what was looked for. */
export function mark(text: string, terms: readonly TextTerm[], patterns: PatternFinder): Piece[] {
  const pieces: Piece[] = []
  let end = 0
  for (const [start, stop] of places(text, terms, patterns)) {
    if (start > end) pieces.push({ text: text.slice(end, start), mark: false })
    pieces.push({ text: text.slice(start, stop), mark: true })
    end = stop
  }
  if (end < text.length) pieces.push({ text: text.slice(end), mark: false })
  return pieces
}

/** Parts of a page's text around the first places found, without its markup; the beginning when nothing is found in it. */
export function snippets(source: string, terms: readonly TextTerm[], patterns: PatternFinder): Piece[][] {
  const body = source.replace(/^(?:#.*\n)+/, '')
  const found = places(body, terms, patterns)
  if (found.length === 0)
    return body === '' ? [] : [[{ text: ends(tidy(body.slice(0, around * 3)), false, body.length > around * 3), mark: false }]]
  const windows: [number, number][] = []
  for (const [start, stop] of found) {
    const last = windows.at(-1)
    if (last !== undefined && start < last[1]) last[1] = Math.min(body.length, stop + around)
    else if (windows.length < mostSnippets) windows.push([Math.max(0, start - around), Math.min(body.length, stop + around)])
    else break
  }
  return windows.map(([start, stop]) => mark(ends(tidy(body.slice(start, stop)), start > 0, stop < body.length), terms, patterns))
}

/** At word boundaries, with dots where the text goes on. */
function ends(text: string, before: boolean, after: boolean): string {
  const begun = before ? text.replace(/^\S{0,20}\s/, '… ') : text
  return after ? begun.replace(/\s\S{0,20}$/, ' …') : begun
}

/** Enough of the markup taken away that the words can be read. */
function tidy(text: string): string {
  return (
    text
      // No bracket within: of a row of them each would be the beginning of a link that is looked for up to the end.
      .replace(/\[\[(?:[^[\]|]*\|)?([^[\]|]*)(?:\|[^[\]]*)?\]\]/g, '$1')
      .replace(/'{2,}|`|\{\{\{|\}\}\}|\|\||^=+\s|\s=+$|<<\w+(?:\([^)<]*\))?>>/gm, ' ')
      .replace(/\s+/g, ' ')
      .trim()
  )
}

/** Ranges that do not overlap, in order. */
function places(text: string, terms: readonly TextTerm[], patterns: PatternFinder): Range[] {
  const all: Range[] = []
  for (const term of terms) {
    if (term.value === '') continue
    const options = { ignoreCase: !term.caseSensitive, most: mostMarks, milliseconds: 50 }
    const found = term.regex ? (patterns.find(term.value, [text], options)[0] ?? []) : plainPlaces(text, term)
    for (const range of found) if (range[1] > range[0]) all.push(range)
  }
  all.sort(([a], [b]) => a - b)
  const kept: Range[] = []
  for (const range of all) if (range[0] >= (kept.at(-1)?.[1] ?? 0)) kept.push(range)
  return kept
}

/** A term without any wildcard is no danger, and guarding it would take longer than finding it. */
function plainPlaces(text: string, { value, caseSensitive }: TextTerm): Range[] {
  const found: Range[] = []
  for (const match of text.matchAll(new RegExp(asPattern(value), caseSensitive ? 'gu' : 'giu'))) {
    found.push([match.index, match.index + match[0].length])
    if (found.length === mostMarks) break
  }
  return found
}

/** The term as a pattern; its blanks may be any. */
const asPattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replace(/\s+/g, '\\s+')
