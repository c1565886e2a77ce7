import type { PageStore } from '../api/page-store.ts'
import { parseInstructions } from '../markup/instructions.ts'
import { readIndexFile, writeIndexFile } from './index-file.ts'
import { Slices } from '../base/slices.ts'
import { MiniWordIndex, type PageEntry, type WordIndex } from './word-index.ts'
import { wordsOf } from './words.ts'

export interface SearchIndexOptions {
  readonly store: Pick<PageStore, 'state' | 'read' | 'names' | 'stamp' | 'changedSince'>
  /** Where the index survives a restart; none when left out. */
  readonly indexFile?: string
  /** Names of pages that are categories. */
  readonly categories: RegExp
  /** Told when the index could not be kept. */
  failed?(error: unknown): void
}

/** Letters of a text that are looked at: a longer one is found by its beginning. */
const longestText = 1_000_000
/** Letters that are cut into words at a time. */
const piece = 50_000
/** A file is written again after this many changes, or this many milliseconds after the first of them. */
const manyChanges = 500
const writeAfter = 60_000
/** After a start from the file all pages are compared with it, when the wiki has settled. */
const compareAfter = 5_000
/** How often a file being written gives way to a change. */
const mostYields = 5

/**
 * The index of a wiki's words: read from its file, brought up to date by the store's log, and made of all texts only when there is
 * no file. All of this goes on in slices beside whatever the wiki does.
 */
export class SearchIndex {
  words: WordIndex = new MiniWordIndex()
  entries = new Map<string, PageEntry>()
  readonly #options: SearchIndexOptions
  #stamp: string | null = null
  #working: Promise<void> | null = null
  #unwritten = 0
  #timer: NodeJS.Timeout | null = null
  #comparing: NodeJS.Timeout | null = null
  #writing: AbortController | null = null
  #yields = 0
  /** Every page was compared with the index since this program started. */
  #isCompared = false
  /** Changed, and not taken in yet: with the number of the change, for a page may change again while it is read. */
  readonly #doubtful = new Map<string, number>()
  #changes = 0
  /** Pages put into the index or taken out of it. */
  #taken = 0
  /** Changes of which nobody could tell the names. */
  #upheavals = 0
  #done = 0
  #total = 0
  #isClosed = false

  constructor(options: SearchIndexOptions) {
    this.#options = options
  }

  get progress(): { readonly done: number; readonly total: number } {
    return { done: this.#done, total: this.#total }
  }

  /** Another number after every change, of pages or of what is known of them. */
  get age(): number {
    return this.#changes + this.#taken
  }

  /** Brings the index up to date; true when it is so within the time. What is not done by then goes on. */
  async ready(milliseconds: number): Promise<boolean> {
    if (this.#isCurrent()) return true
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), milliseconds)
    })
    try {
      return await Promise.race([this.update().then(() => true), late])
    } finally {
      clearTimeout(timer)
    }
  }

  /** Takes in what has changed; the first time everything. */
  async update(): Promise<void> {
    while (!this.#isCurrent() && !this.#isClosed) {
      if (this.#yields < mostYields) this.#writing?.abort()
      await this.#work(() => this.#update())
    }
  }

  /**
   * The `#acl` lines of a page; undefined when it is not certain that they are those of today. A search asks for the rights on every
   * page found, and without this each of them would be read first.
   */
  aclOf(name: string): readonly string[] | undefined {
    return this.#isCompared && !this.#doubtful.has(name) ? this.entries.get(name)?.acl : undefined
  }

  /** These pages have changed, null: any may have. An index that is in use follows soon. */
  changed(names: readonly string[] | null): void {
    this.#changes++
    if (names === null) {
      this.#isCompared = false
      this.#upheavals++
    } else if (this.#stamp !== null || this.#working !== null) for (const name of names) this.#doubtful.set(name, this.#changes)
    if (this.#stamp !== null) this.update().catch((error: unknown) => this.#options.failed?.(error))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    if (this.#comparing !== null) clearTimeout(this.#comparing)
    this.#writing?.abort()
    await this.#working?.catch(() => {})
  }

  #isCurrent(): boolean {
    return this.#stamp !== null && this.#stamp === this.#options.store.stamp()
  }

  /** One piece of work at a time; whoever comes while one goes on waits for that one, not for a second. */
  #work(work: () => Promise<void>): Promise<void> {
    this.#working ??= work().finally(() => (this.#working = null))
    return this.#working
  }

  async #update(): Promise<void> {
    const { store } = this.#options
    const stamp = store.stamp()
    if (this.#stamp === null) await this.#begin()
    else {
      const changed = await store.changedSince(this.#stamp)
      await (changed === null ? this.#compareAll() : this.#putAll(changed))
    }
    if (this.#isClosed) return
    this.#stamp = stamp
    if (this.#unwritten >= manyChanges) this.#write().catch((error: unknown) => this.#options.failed?.(error))
    else if (this.#unwritten > 0) this.#timer ??= setTimeout(() => this.#writeLater(), writeAfter).unref()
  }

  /** From the file and what the log says has changed since; without one, from all texts. */
  async #begin(): Promise<void> {
    const { store, indexFile } = this.#options
    const words = new MiniWordIndex()
    const read = indexFile === undefined ? null : await readIndexFile(indexFile, words)
    if (read === null) return this.#compareAll()
    this.words = words
    this.entries = read.entries
    this.#taken++
    const changed = await store.changedSince(read.head.stamp)
    if (changed === null) return this.#compareAll()
    await this.#putAll(changed)
    // Help pages change without a line in the log, with each version of the program for one.
    this.#comparing = setTimeout(
      () => void this.#work(() => this.#compareAll()).catch((error: unknown) => this.#options.failed?.(error)),
      compareAfter,
    ).unref()
  }

  #writeLater(): void {
    this.#timer = null
    this.#write().catch((error: unknown) => this.#options.failed?.(error))
  }

  /** Nothing changes the index while it is written: who wants to, stops the writing. */
  async #write(): Promise<void> {
    await this.#working
    const { indexFile } = this.#options
    if (indexFile === undefined || this.#isClosed) return
    await this.#work(async () => {
      const writing = new AbortController()
      this.#writing = writing
      try {
        await this.words.tidy()
        await writeIndexFile(indexFile, this.#stamp ?? '', this.entries, this.words, writing.signal)
        this.#unwritten = 0
        this.#yields = 0
      } catch (error) {
        if (!writing.signal.aborted) throw error
        this.#yields++
        this.#timer ??= setTimeout(() => this.#writeLater(), writeAfter / 10).unref()
      } finally {
        this.#writing = null
      }
    })
  }

  async #compareAll(): Promise<void> {
    const upheavals = this.#upheavals
    const names = await this.#options.store.names()
    const existing = new Set(names)
    for (const name of [...this.entries.keys()]) if (!existing.has(name)) this.#remove(name)
    await this.#putAll(names)
    if (!this.#isClosed && upheavals === this.#upheavals) this.#isCompared = true
  }

  async #putAll(names: readonly string[]): Promise<void> {
    const slices = new Slices()
    this.#total = names.length
    this.#done = 0
    this.words.many(names.length > 100)
    for (const name of names) {
      if (this.#isClosed) return
      await this.#put(name, slices)
      this.#done++
      if (slices.isOver) await slices.pause()
    }
    this.words.many(false)
  }

  async #put(name: string, slices: Slices): Promise<void> {
    const { store, categories } = this.#options
    const doubt = this.#doubtful.get(name)
    const { exists, revision, size, modified, underlay } = await store.state(name)
    if (!exists) return this.#remove(name)
    const state = `${revision} ${size} ${modified?.getTime() ?? ''}`
    if (this.entries.get(name)?.state === state) return this.#believe(name, doubt)
    const text = (await store.read(name))?.slice(0, longestText)
    if (text === undefined) return this.#remove(name)
    const words: string[] = []
    for (let start = 0; start < text.length; ) {
      // Not within a word.
      const blank = text.indexOf(' ', start + piece)
      const end = blank === -1 || blank > start + 2 * piece ? Math.min(start + piece, text.length) : blank
      for (const word of wordsOf(text.slice(start, end))) words.push(word)
      start = end
      if (slices.isOver) await slices.pause()
    }
    const { language, format, acl } = parseInstructions(text)
    for (const _ of this.words.put(name, wordsOf(name), words)) if (slices.isOver) await slices.pause()
    this.entries.set(name, {
      name,
      state,
      size,
      language: language ?? '',
      format: format ?? '',
      categories: categoriesOf(text, categories),
      acl,
      underlay,
    })
    this.#believe(name, doubt)
    this.#unwritten++
    this.#taken++
  }

  /** The page is in the index as it was when the doubt was looked up. */
  #believe(name: string, doubt: number | undefined): void {
    if (this.#doubtful.get(name) === doubt) this.#doubtful.delete(name)
  }

  #remove(name: string): void {
    if (!this.entries.delete(name)) return
    this.words.remove(name)
    this.#unwritten++
    this.#taken++
  }
}

/** MoinMoin's place for categories: behind the last line across. */
function categoriesOf(text: string, pattern: RegExp): string[] {
  let at = -1
  for (const { index } of text.matchAll(/^-{4,}[ \t]*$/gm)) at = index
  if (at === -1) return []
  const names = text.slice(at).match(/[\p{L}\p{N}_/]+/gu) ?? []
  return [...new Set(names.filter((name) => pattern.test(name)))]
}
