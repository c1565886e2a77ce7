import type { SearchAnswer, SearchOptions } from '../api/search.ts'
import type { Permissions } from '../api/user.ts'
import { WikiError } from '../api/errors.ts'
import type { PatternFinder } from '../base/pattern.ts'
import { findPages, type Found, type Searched } from './find.ts'
import { parseQuery } from './query.ts'
import { SearchIndex, type SearchIndexOptions } from './search-index.ts'
import { Slices } from '../base/slices.ts'
import { mark, markedTerms, snippets } from './snippets.ts'

export interface PageSearchOptions extends SearchIndexOptions {
  readonly patterns: PatternFinder
  /** Names of the pages that link to one. */
  backlinks(name: string): Promise<readonly string[]>
  /** Milliseconds a search waits for an index that is being made before it answers from what is there. */
  readonly patience?: number
}

/** Milliseconds in which texts may be read for one query, and in which patterns may be marked in what it found. */
const longestQuery = 5000
const longestMarking = 500
/** Answers that are kept, and the pages in one of them at most. */
const queriesKept = 100
const mostKept = 2000
/** Sets of rights that the answers to one query are kept for. */
const groupsKept = 4

/** Finds pages by their titles and texts, for one reader at a time. The index is made when it is first asked for. */
export class PageSearch {
  readonly index: SearchIndex
  readonly #options: PageSearchOptions
  readonly #found = new Map<string, readonly Kept[]>()
  #warmUp: number | null = null

  constructor(options: PageSearchOptions) {
    this.#options = options
    this.index = new SearchIndex(options)
  }

  /** For a wiki that is served: after its first page, the index is made before anybody searches. `wait`: milliseconds between the two. */
  warmAfterFirstPage(wait = 2000): void {
    this.#warmUp = wait
  }

  /** A page was shown. */
  pageShown(): void {
    if (this.#warmUp === null) return
    const make = (): Promise<void> => this.index.update().catch((error: unknown) => this.#options.failed?.(error))
    setTimeout(make, this.#warmUp).unref()
    this.#warmUp = null
  }

  /** Only pages that `may.read` allows are in the results and in the count. */
  async search(text: string, may: Pick<Permissions, 'read'>, options: SearchOptions = {}): Promise<SearchAnswer> {
    const isComplete = await this.index.ready(this.#options.patience ?? 1500)
    const state = { complete: isComplete, progress: this.index.progress }
    const query = parseQuery(text, { titles: options.titles ?? false, caseSensitive: options.caseSensitive ?? false })
    if (query === null) return { count: 0, results: [], problem: '', ...state }
    const { patterns, store } = this.#options
    const searched = {
      entries: this.index.entries,
      words: this.index.words,
      patterns,
      read: (name: string) => store.read(name),
      backlinks: (name: string) => this.#options.backlinks(name),
    }
    let found: Found
    try {
      found = await this.#kept(JSON.stringify(query), may, (readable) =>
        findPages(query, { ...searched, readable }, performance.now() + longestQuery),
      )
    } catch (error) {
      if (!(error instanceof WikiError) || !error.expose) throw error
      return { count: 0, results: [], problem: error.message, ...state }
    }
    const readable = (await readableOf([...found.keys()], may)).map((name) => [name, found.get(name) ?? 0] as const)
    readable.sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
    const { offset = 0, limit = 100 } = options
    const shown = readable.slice(offset, offset + limit)
    const texts = options.snippets === true ? await Promise.all(shown.map(([page]) => store.read(page))) : []
    const marked = markedTerms(query)
    const until = performance.now() + longestMarking
    const slices = new Slices()
    const results: SearchAnswer['results'][number][] = []
    for (const [at, [page, score]] of shown.entries()) {
      // Patterns may be slow in each page anew: once they have had their time, what they found is shown without marks.
      const terms = performance.now() < until ? marked : marked.filter(({ regex }) => !regex)
      const text = texts[at]
      results.push({
        page,
        score,
        size: this.index.entries.get(page)?.size ?? 0,
        title: mark(page, terms, patterns),
        snippets:
          at in texts
            ? snippets(
                text ?? '',
                terms.filter(({ title }) => !title),
                patterns,
              )
            : [],
      })
      if (slices.isOver) await slices.pause()
    }
    return { count: readable.length, results, problem: '', ...state }
  }

  /**
   * What was found, the same until a page changes: macros on much-read pages ask the same again and again. A search that looked into
   * pages is kept for those who may read the same ones of them.
   */
  async #kept(
    query: string,
    may: Pick<Permissions, 'read'>,
    find: (readable: Searched['readable']) => Promise<Found>,
  ): Promise<Found> {
    const { age } = this.index
    const known = (this.#found.get(query) ?? []).filter((one) => one.age === age)
    for (const one of known) if (await hasSameRights(one.asked, may)) return one.found
    const asked = new Map<string, boolean>()
    const found = await find((names) => readableOf(names, may, asked))
    if (this.index.age !== age || found.size > mostKept) return found
    this.#found.delete(query)
    this.#found.set(query, [{ age, found, asked }, ...known].slice(0, groupsKept))
    for (const oldest of this.#found.keys()) {
      if (this.#found.size <= queriesKept) break
      this.#found.delete(oldest)
    }
    return found
  }
}

interface Kept {
  readonly age: number
  readonly found: Found
  /** The pages whose rights were asked for it, and the answers. */
  readonly asked: ReadonlyMap<string, boolean>
}

async function hasSameRights(asked: ReadonlyMap<string, boolean>, may: Pick<Permissions, 'read'>): Promise<boolean> {
  const slices = new Slices()
  for (const [name, answer] of asked) {
    if ((await may.read(name)) !== answer) return false
    if (slices.isOver) await slices.pause()
  }
  return true
}

async function readableOf(
  names: readonly string[],
  may: Pick<Permissions, 'read'>,
  asked: Map<string, boolean> | null = null,
): Promise<string[]> {
  const readable: string[] = []
  const slices = new Slices()
  for (const name of names) {
    const answer = asked?.get(name) ?? (await may.read(name))
    asked?.set(name, answer)
    if (answer) readable.push(name)
    if (slices.isOver) await slices.pause()
  }
  return readable
}
