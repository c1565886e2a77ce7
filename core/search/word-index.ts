import MiniSearch from 'minisearch'

/** What the index knows of a page besides its words. */
export interface PageEntry {
  readonly name: string
  /** Changes whenever the page's text does: revision, size and time. */
  readonly state: string
  /** Bytes of the text. */
  readonly size: number
  /** `#language` of the page, '' when it says none. */
  readonly language: string
  /** `#format` of the page, '' for the wiki's own. */
  readonly format: string
  readonly categories: readonly string[]
  /** Its `#acl` lines. */
  readonly acl: readonly string[]
  readonly underlay: boolean
}

/** Which pages have which words. The library behind it is nobody else's business. */
export interface WordIndex {
  readonly size: number
  /**
   * Puts a page in, in place of what was known of it, a few words at each step: the tables of frequent words grow on the same pages, which
   * together would take too long. A search may come between two steps, other changes may not. While `many` are put in, terms are
   * found faster and take more memory.
   */
  put(name: string, title: readonly string[], words: readonly string[]): Iterable<unknown>
  remove(name: string): void
  many(on: boolean): void
  /** Pages that have all these words, or longer ones that begin so, with a score. */
  find(words: readonly string[]): Map<string, number>
  /** Lets go of what was removed. Nothing may be put in meanwhile. */
  tidy(): Promise<void>
  /** The index as plain values, for a file, a piece at a time; the first one is the head. */
  pieces(): Iterable<unknown>
  /** Takes in what `pieces` gave, in the same order. */
  restore(piece: unknown): void
}

interface Indexed {
  readonly name: string
  readonly title: string
  readonly text: string
}

type Postings = [term: string, ...fields: (readonly [field: number, flat: readonly number[]])[]]

interface Head {
  readonly documentCount: number
  readonly nextId: number
  readonly documentIds: readonly (readonly [number, string])[]
  readonly fieldLength: readonly (readonly [number, readonly number[]])[]
  readonly averageFieldLength: readonly number[]
  readonly dirtCount: number
}

/** Postings a piece of the file holds at most. */
const pieceSize = 3000
/** Words put in at a step. */
const wordsAtOnce = 16

/** A word index on minisearch. It extends the library's class, for only so can its tables be written and read in pieces. */
export class MiniWordIndex extends MiniSearch<Indexed> implements WordIndex {
  #hasHead = false
  /** Terms at hand while many pages are put in: the library's own way to a term is long. */
  #terms: Map<string, Map<number, Map<number, number>>> | null = null

  constructor() {
    super({
      idField: 'name',
      fields: ['title', 'text'],
      // Words come ready, joined by blanks.
      tokenize: (text) => (text === '' ? [] : text.split(' ')),
      processTerm: (term) => term,
      searchOptions: { combineWith: 'AND', boost: { title: 6 } },
      // Not by itself: the tables must stand still while they are written.
      autoVacuum: false,
      logger: () => {},
    })
  }

  get size(): number {
    return this.documentCount
  }

  *put(name: string, title: readonly string[], words: readonly string[]): Iterable<unknown> {
    if (this.has(name)) this.discard(name)
    // What the library's `add` does, but for the way to each term. What a search needs to know of the page comes first.
    const fields = [title, words].map(counted)
    const id = this._nextId++
    this._idToShortId.set(name, id)
    this._documentIds.set(id, name)
    this._documentCount++
    this._fieldLength.set(
      id,
      fields.map(({ size }) => size),
    )
    const others = this._documentCount - 1
    for (const [at, { size }] of fields.entries())
      this._avgFieldLength[at] = ((this._avgFieldLength[at] ?? 0) * others + size) / (others + 1)
    let step = 0
    for (const [field, counts] of fields.entries())
      for (const [word, count] of counts) {
        const byField = this.#term(word)
        const frequencies = byField.get(field)
        if (frequencies === undefined) byField.set(field, new Map([[id, count]]))
        else frequencies.set(id, count)
        // A look at the clock takes longer than most words.
        if (++step % wordsAtOnce === 0) yield
      }
  }

  #term(word: string): Map<number, Map<number, number>> {
    const known = this.#terms?.get(word)
    // One that is empty was taken out of the index when the last page with it went.
    if (known !== undefined && known.size > 0) return known
    let fields = this._index.get(word)
    if (fields === undefined) this._index.set(word, (fields = new Map()))
    this.#terms?.set(word, fields)
    return fields
  }

  many(on: boolean): void {
    this.#terms = on ? new Map() : null
  }

  override remove(page: string | Indexed): void {
    const name = typeof page === 'string' ? page : page.name
    if (this.has(name)) this.discard(name)
  }

  find(words: readonly string[]): Map<string, number> {
    const found = new Map<string, number>()
    if (words.length === 0) return found
    // A letter or two begin too many words.
    for (const { id, score } of this.search(words.join(' '), { prefix: (term) => term.length > 2 }))
      found.set(id as string, score)
    return found
  }

  async tidy(): Promise<void> {
    if (this.dirtCount > 0) await this.vacuum({ batchSize: 100, batchWait: 1 })
  }

  *pieces(): Iterable<unknown> {
    const head: Head = {
      documentCount: this._documentCount,
      nextId: this._nextId,
      documentIds: [...this._documentIds],
      fieldLength: [...this._fieldLength],
      averageFieldLength: this._avgFieldLength,
      dirtCount: this._dirtCount,
    }
    yield head
    let piece: Postings[] = []
    let size = 0
    for (const [term, fields] of this._index) {
      const postings: Postings = [term]
      for (const [field, frequencies] of fields) {
        postings.push([field, [...frequencies].flat()])
        size += frequencies.size
      }
      piece.push(postings)
      size++
      if (size < pieceSize) continue
      yield piece
      piece = []
      size = 0
    }
    if (piece.length > 0) yield piece
  }

  restore(piece: unknown): void {
    if (!this.#hasHead) {
      // The file was written by `pieces` of this very version.
      const head = piece as Head
      this._documentCount = head.documentCount
      this._nextId = head.nextId
      this._documentIds = new Map(head.documentIds)
      this._idToShortId = new Map(head.documentIds.map(([short, name]) => [name, short]))
      this._fieldLength = new Map(head.fieldLength.map(([id, lengths]) => [id, [...lengths]]))
      this._avgFieldLength = [...head.averageFieldLength]
      this._dirtCount = head.dirtCount
      this.#hasHead = true
      return
    }
    for (const [term, ...fields] of piece as Postings[]) {
      const byField = new Map<number, Map<number, number>>()
      for (const [field, flat] of fields) {
        const frequencies = new Map<number, number>()
        for (let at = 0; at < flat.length; at += 2) frequencies.set(flat[at] ?? 0, flat[at + 1] ?? 0)
        byField.set(field, frequencies)
      }
      this._index.set(term, byField)
    }
  }
}

/** How often each word is among them. */
function counted(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}
