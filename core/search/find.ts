import { queryTooSlow } from '../api/errors.ts'
import type { PatternFinder } from '../base/pattern.ts'
import type { Query, TextTerm } from './query.ts'
import { Slices } from '../base/slices.ts'
import type { PageEntry, WordIndex } from './word-index.ts'
import { queryWords } from './words.ts'

/** What a search looks through. */
export interface Searched {
  readonly entries: ReadonlyMap<string, PageEntry>
  readonly words: WordIndex
  readonly patterns: PatternFinder
  /** The text of a page as it is stored; null when it is gone. */
  read(name: string): Promise<string | null>
  backlinks(name: string): Promise<readonly string[]>
  /**
   * Those of the pages that the reader may read, in the same order. Asked before texts are read and before a pattern is tried: how
   * long that takes would tell of pages that the reader does not know.
   */
  readable(names: readonly string[]): Promise<readonly string[]>
}

/** Pages with their scores. */
export type Found = Map<string, number>

/** Texts that are read side by side. */
const batch = 64

/** Finds the pages of a query. Terms that the index cannot answer read texts: of the pages that the other terms have left. */
export async function findPages(query: Query, searched: Searched, deadline: number, within: Found | null = null): Promise<Found> {
  switch (query.kind) {
    case 'and':
      return findAll(query.parts, searched, deadline, within)
    case 'or': {
      const all: Found = new Map()
      for (const part of query.parts)
        for (const [name, score] of await findPages(part, searched, deadline, within)) all.set(name, (all.get(name) ?? 0) + score)
      return all
    }
    case 'not': {
      const unwanted = await findPages(query.part, searched, deadline, within)
      return keep(within ?? everything(searched), (name) => !unwanted.has(name))
    }
    case 'text':
      return query.title ? findTitles(query, searched, within) : findTexts(query, searched, deadline, within)
    case 'linkto':
      return findLinks(query.value, query.regex, searched, within)
    default: {
      const test = factTest(query.kind, query.value, query.regex, searched)
      const from = within ?? everything(searched)
      return keep(query.regex ? await readable(from, searched) : from, (name) => test(searched.entries.get(name)))
    }
  }
}

/** Cheap terms first: those that must read texts then read few. */
async function findAll(parts: readonly Query[], searched: Searched, deadline: number, within: Found | null): Promise<Found> {
  let left = within
  for (const part of [...parts].sort((a, b) => cost(a) - cost(b))) {
    const found = await findPages(part, searched, deadline, left)
    if (left !== null) for (const [name, score] of found) found.set(name, score + (left.get(name) ?? 0))
    left = found
    if (left.size === 0) break
  }
  return left ?? new Map()
}

function cost(query: Query): number {
  if (query.kind === 'and' || query.kind === 'or') return Math.max(...query.parts.map(cost))
  if (query.kind === 'not') return cost(query.part) + 5
  if (query.kind !== 'text') return 1
  if (query.title) return 1
  return query.regex ? 4 : query.phrase || query.caseSensitive ? 2 : 0
}

const everything = ({ entries }: Searched): Found => new Map([...entries.keys()].map((name) => [name, 0]))

function keep(from: Found, test: (name: string) => boolean): Found {
  const kept: Found = new Map()
  for (const [name, score] of from) if (test(name)) kept.set(name, score)
  return kept
}

async function readable(from: Found, searched: Searched): Promise<Found> {
  const names = await searched.readable([...from.keys()])
  return new Map(names.map((name) => [name, from.get(name) ?? 0]))
}

async function findTitles(term: TextTerm, searched: Searched, within: Found | null): Promise<Found> {
  const all = within === null ? [...searched.entries.keys()] : [...within.keys()]
  return term.regex ? matchingTitles(term, await searched.readable(all), searched) : likeTitles(term, all)
}

function matchingTitles(term: TextTerm, names: readonly string[], { patterns }: Searched): Found {
  const places = patterns.find(term.value, names, { ignoreCase: !term.caseSensitive })
  return new Map(names.filter((_, at) => places[at]?.length).map((name) => [name, 10]))
}

function likeTitles(term: TextTerm, names: readonly string[]): Found {
  const found: Found = new Map()
  const wanted = term.caseSensitive ? term.value : term.value.toLowerCase()
  for (const name of names) {
    const title = term.caseSensitive ? name : name.toLowerCase()
    const at = title.indexOf(wanted)
    // The whole title is best, then a beginning; of two alike the shorter one.
    if (at !== -1) found.set(name, (title === wanted ? 100 : at === 0 ? 40 : 20) + 10 / title.length)
  }
  return found
}

async function findTexts(term: TextTerm, searched: Searched, deadline: number, within: Found | null): Promise<Found> {
  if (term.regex) return scan(within ?? everything(searched), searched, deadline, patternTest(term, searched), 1)
  const words = queryWords(term.value)
  const titles = await findTitles(term, searched, within)
  let candidates = words.length === 0 ? (within ?? everything(searched)) : searched.words.find(words)
  if (within !== null) candidates = keep(candidates, (name) => within.has(name))
  const mustLook =
    term.phrase || term.caseSensitive || words.length !== 1 || words[0] !== term.value.normalize('NFKC').toLowerCase()
  if (mustLook)
    candidates = await scan(
      keep(candidates, (name) => !titles.has(name)),
      searched,
      deadline,
      phraseTest(term),
      0,
    )
  for (const [name, score] of titles) candidates.set(name, (candidates.get(name) ?? 0) + score)
  return candidates
}

/** Reads texts in slices and keeps the pages whose text passes. */
async function scan(
  candidates: Found,
  searched: Searched,
  deadline: number,
  test: (name: string, text: string) => boolean,
  score: number,
): Promise<Found> {
  const found: Found = new Map()
  const names = await searched.readable([...candidates.keys()])
  const slices = new Slices()
  for (let at = 0; at < names.length; at += batch) {
    if (performance.now() > deadline) throw queryTooSlow()
    const some = names.slice(at, at + batch)
    const texts = await Promise.all(some.map(searched.read))
    for (const [i, name] of some.entries()) {
      const text = texts[i]
      if (typeof text === 'string' && test(name, text)) found.set(name, (candidates.get(name) ?? 0) + score)
      if (slices.isOver) await slices.pause()
    }
  }
  return found
}

function patternTest({ value, caseSensitive }: TextTerm, { patterns }: Searched): (name: string, text: string) => boolean {
  return (name, text) =>
    patterns
      .find(value, [name, text], { ignoreCase: !caseSensitive, multiline: true, milliseconds: 50 })
      .some((places) => places.length > 0)
}

/** The words as they stand, however far apart their blanks are and whatever quotes of markup stand between. */
function phraseTest({ value, caseSensitive }: TextTerm): (name: string, text: string) => boolean {
  const wanted = plain(value, caseSensitive)
  return (_, text) => plain(text, caseSensitive).includes(wanted)
}

const plain = (text: string, caseSensitive: boolean): string => {
  const even = text
    .normalize('NFKC')
    .replace(/'{2,}|`/g, '')
    .replace(/\s+/g, ' ')
  return caseSensitive ? even : even.toLowerCase()
}

/** MoinMoin's `linkto:` means names that begin so; the exact name is among them. */
async function findLinks(value: string, regex: boolean, searched: Searched, within: Found | null): Promise<Found> {
  const all = [...searched.entries.keys()]
  const names = regex ? await searched.readable(all) : all
  const places = regex ? searched.patterns.find(value, names) : null
  const targets = new Set(
    places === null ? names.filter((name) => name.startsWith(value)) : names.filter((_, at) => places[at]?.length),
  )
  if (!regex) targets.add(value)
  const found: Found = new Map()
  for (const target of targets)
    for (const name of await searched.backlinks(target)) if (within?.has(name) ?? searched.entries.has(name)) found.set(name, 1)
  return found
}

function factTest(
  kind: 'category' | 'language' | 'mimetype' | 'domain',
  value: string,
  regex: boolean,
  { patterns }: Searched,
): (entry: PageEntry | undefined) => boolean {
  const same = regex
    ? (text: string) => (patterns.find(value, [text], { ignoreCase: true })[0]?.length ?? 0) > 0
    : (text: string) => text.toLowerCase() === value.toLowerCase()
  switch (kind) {
    case 'category':
      return (entry) => entry?.categories.some(same) ?? false
    case 'language':
      return (entry) => entry !== undefined && same(entry.language)
    case 'mimetype':
      return (entry) => entry !== undefined && (same(`text/${entry.format || 'wiki'}`) || same('text'))
    case 'domain':
      return (entry) => entry !== undefined && entry.underlay === /^(?:underlay|system)$/i.test(value)
  }
}
